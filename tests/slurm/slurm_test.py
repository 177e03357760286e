#!/usr/bin/env python3
"""scripts/sweep_slurm.sh on a real Slurm: one node on the loopback, with keys, ports and folders of its own, gone afterwards.

Needs slurm-wlm and munge, and to be root; else exits with 77. Usage: slurm_test.py ROWFLOW SOURCE_FOLDER
"""
import csv
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SWEEP = ["efficientnet_b0", "--tile-height", "full,14,7,4", "--device-set", "/rates/depthwise=3000,4000,8000"]
TASKS = 3


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=10 State=UP
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
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)

    def run(self, *command):
        return subprocess.run([*map(str, command)], env=self.environment, capture_output=True, text=True, timeout=60, check=False)

    def start(self, *command):
        self.processes.append(subprocess.Popen([*map(str, command)], env=self.environment, stdin=subprocess.DEVNULL,
                                               stdout=open(self.folder / f"{pathlib.Path(command[0]).name}.out", "wb"), stderr=subprocess.STDOUT))

    def up(self):
        f = self.folder
        self.start("munged", "--foreground", "--force", f"--socket={f}/munge.socket", f"--key-file={f}/munge.key", f"--pid-file={f}/munged.pid",
                   f"--log-file={f}/munged.log", f"--seed-file={f}/munged.seed")
        wait(lambda: (f / "munge.socket").exists(), 20, "munged")
        self.start("slurmctld", "-D", "-i")
        self.start("slurmd", "-D", "-N", self.host)
        wait(lambda: "idle" in self.run("sinfo", "-h", "-o", "%t").stdout, 60, "the node")

    def down(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not there after {seconds} s")
        time.sleep(0.2)


def share_out(cluster, program, source, folder):
    out = folder / "out"
    cluster.environment["ROWFLOW"] = program
    job = cluster.run(source / "scripts/sweep_slurm.sh", TASKS, out, *SWEEP)
    assert job.returncode == 0, job.stderr
    wait(lambda: (out / "results.csv").exists(), 120, "the merged results")
    wait(lambda: cluster.run("squeue", "-h").stdout.strip() == "", 30, "an empty queue")
    subprocess.run([program, "sweep", *SWEEP, "-o", folder / "whole"], stdout=subprocess.DEVNULL, check=True)
    assert (out / "results.csv").read_bytes() == (folder / "whole/results.csv").read_bytes(), "not the rows of the whole sweep"
    for shard in range(1, TASKS + 1):
        with open(out / f"shards/{shard}/results.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 12 // TASKS and all(row["status"] == "ok" for row in rows), shard
    assert "all 12 points" in (out / "merge.log").read_text()
    assert cluster.run(source / "scripts/sweep_slurm.sh", TASKS, out, *SWEEP).returncode == 2, "merged results were not noticed"


def main():
    program, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    missing = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")]
    if missing or os.geteuid() != 0:
        print(f"skipped: no {', '.join(missing)}" if missing else "skipped: not root")
        return 77
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        cluster = Cluster(folder)
        try:
            cluster.up()
            share_out(cluster, program, source, folder)
        except Exception:
            for log in [*sorted(folder.glob("*.log")), *sorted(folder.glob("*.out")), *sorted(folder.glob("out/**/*.log"))]:
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}")
            raise
        finally:
            cluster.down()
    print(f"{TASKS} tasks of a job array, merged: the rows of the whole sweep")
    return 0


if __name__ == "__main__":
    sys.exit(main())
