#!/usr/bin/env bash
# Shares a sweep out over a cluster: a Slurm job array that does a shard a task, and a job after it that merges the shards into DIR.
#
#   scripts/sweep_slurm.sh TASKS DIR NETWORK…|SWEEP.json [OPTIONS of rowflow sweep]
#
# DIR must be visible from every node. A task has CPUS_PER_TASK (default 1) cores; ROWFLOW names the program (default: rowflow, as PATH
# has it). sbatch's own options go through its environment: SBATCH_PARTITION, SBATCH_TIMELIMIT, SBATCH_ACCOUNT, …
# A shard that was stopped (time limit, preemption, a lost node) goes on where it was when the same command is given again.
# Prints the number of the merging job.
set -euo pipefail
if (($# < 3)) || [[ ! $1 =~ ^[1-9][0-9]*$ ]]; then
  sed -n '/^#   /s/^#   /usage: /p' "$0" >&2
  exit 2
fi
tasks=$1
folder=$(mkdir -p "$2" && cd "$2" && pwd)
shift 2
[[ ! -e $folder/results.sqlite ]] || {
  echo "sweep_slurm: $folder has merged results already" >&2
  exit 2
}
mkdir -p "$folder/shards"
rowflow=$(command -v "${ROWFLOW:-rowflow}") || {
  echo "sweep_slurm: ${ROWFLOW:-rowflow} not found; set ROWFLOW" >&2
  exit 2
}
sweep="${rowflow@Q} sweep ${*@Q} --quiet --jobs \${SLURM_CPUS_PER_TASK:-1} --shard \$SLURM_ARRAY_TASK_ID/$tasks -o ${folder@Q}/shards/\$SLURM_ARRAY_TASK_ID"
array=$(sbatch --parsable --requeue --job-name=rowflow-sweep --array="1-$tasks" --cpus-per-task="${CPUS_PER_TASK:-1}" \
  --output="$folder/shards/%a.log" --wrap "$sweep")
shards=()
for ((i = 1; i <= tasks; ++i)); do shards+=("$folder/shards/$i"); done
sbatch --parsable --job-name=rowflow-merge --dependency="afterok:${array%%;*}" --output="$folder/merge.log" \
  --wrap "${rowflow@Q} merge ${shards[*]@Q} -o ${folder@Q}"
