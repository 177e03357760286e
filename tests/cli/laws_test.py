#!/usr/bin/env python3
"""Laws of the mapper, from outside: more of a device is never less, on single steps of single figures."""
import pathlib
import sys
import unittest

PROGRAM, ROOT = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "scripts"))
import device_steps  # noqa: E402

# Steps that were falls once, and neighbours of them.
STEPS = {
    "clusters": ("mobilenet_v2", "regnetx_800mf", "mobilenetv3_large"),
    "subclusters": ("resnext26_32x4d", "efficientnet_lite0"),
    "l2": ("unet_mobilenet_v2", "repvgg_a1"),
    "controllers": ("resnet_v1_18",),
    "part": ("unet_mobilenet_v2", "yolov5s"),
}


class Laws(unittest.TestCase):
    def test_more_of_one_figure_is_never_slower_and_keeps_its_fit(self):
        for figure, networks in STEPS.items():
            points = device_steps.swept(PROGRAM, networks, "hailo8", figure, ["--jobs", "2"])
            steps = device_steps.steps_of(figure, points)
            self.assertEqual(len(steps), len(networks) * (len(device_steps.FIGURES[figure][1]) - 1))
            for step in steps:
                self.assertLess(device_steps.fall(step), device_steps.TOO_SLOW, device_steps.line(step))
                self.assertFalse(device_steps.lost_fit(step), device_steps.line(step))

    def test_falls_are_seen(self):
        point = device_steps.Point("n", 1, 100.0, True, "a")
        slower = device_steps.Step("clusters", point, point._replace(value=2, fps=97.0))
        self.assertAlmostEqual(device_steps.fall(slower), 0.03)
        self.assertTrue(device_steps.lost_fit(device_steps.Step("clusters", point, point._replace(fits=False))))
        assumed = device_steps.Step("clusters", point._replace(fits=False), point._replace(fps=50.0))
        self.assertEqual(device_steps.fall(assumed), 0)


if __name__ == "__main__":
    unittest.main()
