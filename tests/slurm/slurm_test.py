#!/usr/bin/env python3
"""scripts/sweep_slurm.sh on a real Slurm: one node on the loopback, with keys, ports and folders of its own, gone
afterwards.

Needs slurm-wlm and munge, and to be root. Usage: slurm_test.py ROWFLOW SOURCE_FOLDER
"""
import csv
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from missing import missing  # noqa: E402

SWEEP = [
    "efficientnet_b0",
    "--defaults",
    "0.1",
    "--tile-height",
    "full,14,7,4",
    "--device-set",
    "/rates/depthwise=3000,4000,8000",
]
TASKS = 3
DEADLINE = time.monotonic() + 540  # of everything, below ctest's limit, so that what Slurm logged is shown


def free_port():
    """Below those that the kernel gives to outgoing connections, any of which could take it until Slurm does."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def configuration(folder, host):
    return f"""
ClusterName=rowflow
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MessageTimeout=100
BatchStartTimeout=300
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=60 State=UP
"""


class Cluster:
    """munged, slurmctld and slurmd in the foreground of this test."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.environment = {**os.environ, "SLURM_CONF": f"{folder}/slurm.conf"}
        self.host = socket.gethostname().split(".")[0]
        folder.chmod(0o755)
        for name in ("state", "spool"):
            (folder / name).mkdir()
        (folder / "slurm.conf").write_text(configuration(folder, self.host))
        # Nothing here uses cgroups, but slurmd loads a plugin: this one does not ask for a mounted hierarchy, which a
        # container may not have.
        (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)

    def run(self, *command):
        return subprocess.run(
            [*map(str, command)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=max(1, DEADLINE - time.monotonic()),
            check=False,
        )

    def start(self, *command):
        self.processes.append(
            subprocess.Popen(
                [*map(str, command)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=open(self.folder / f"{pathlib.Path(command[0]).name}.out", "wb"),
                stderr=subprocess.STDOUT,
            )
        )

    def up(self):
        f = self.folder
        self.start(
            "munged",
            "--foreground",
            "--force",
            f"--socket={f}/munge.socket",
            f"--key-file={f}/munge.key",
            f"--pid-file={f}/munged.pid",
            f"--log-file={f}/munged.log",
            f"--seed-file={f}/munged.seed",
        )
        self.wait(lambda: (f / "munge.socket").exists(), "munged")
        self.start("slurmctld", "-D", "-i")
        self.start("slurmd", "-D", "-N", self.host)
        self.wait(lambda: "idle" in self.run("sinfo", "-h", "-o", "%t").stdout, "the node")

    def wait(self, condition, what):
        while not condition():
            ended = [str(process.args[0]) for process in self.processes if process.poll() is not None]
            assert not ended, f"waiting for {what}: {', '.join(ended)} ended"
            assert time.monotonic() < DEADLINE, f"waiting for {what}: not there yet"
            time.sleep(0.1)

    def down(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def share_out(cluster, program, source, folder):
    out = folder / "out"
    cluster.environment["ROWFLOW"] = program
    job = cluster.run(source / "scripts/sweep_slurm.sh", TASKS, out, *SWEEP)
    assert job.returncode == 0, job.stderr

    def all_done():
        reasons = cluster.run("squeue", "-h", "-o", "%r").stdout  # of the jobs that are not over
        assert "DependencyNeverSatisfied" not in reasons, "a task failed"
        return reasons.strip() == ""

    cluster.wait(all_done, "an empty queue")
    assert (out / "results.csv").exists(), "no merged results"
    subprocess.run([program, "sweep", *SWEEP, "-o", folder / "whole"], stdout=subprocess.DEVNULL, check=True)
    assert (out / "results.csv").read_bytes() == (
        folder / "whole/results.csv"
    ).read_bytes(), "not the rows of the whole sweep"
    for shard in range(1, TASKS + 1):
        with open(out / f"shards/{shard}/results.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 12 // TASKS and all(row["status"] == "ok" for row in rows), shard
    assert "all 12 points" in (out / "merge.log").read_text()
    assert (
        cluster.run(source / "scripts/sweep_slurm.sh", TASKS, out, *SWEEP).returncode == 2
    ), "merged results were not noticed"


def main():
    program, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    absent = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(name)] or (
        ["root"] if os.geteuid() != 0 else []
    )
    if absent:
        return missing("slurm", ", ".join(absent))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        cluster = Cluster(folder)
        try:
            cluster.up()
            share_out(cluster, program, source, folder)
        except Exception:
            for log in [
                *sorted(folder.glob("*.log")),
                *sorted(folder.glob("*.out")),
                *sorted(folder.glob("out/**/*.log")),
            ]:
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}")
            raise
        finally:
            cluster.down()
    print(f"{TASKS} tasks of a job array, merged: the rows of the whole sweep")
    return 0


if __name__ == "__main__":
    sys.exit(main())
