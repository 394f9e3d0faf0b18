#!/usr/bin/env bash
# A Slurm of one node, all of it in a folder of its own: own munge key, own configuration, own ports. No system service is touched.
#   tests/slurm/slurm.sh start FOLDER    then SLURM_CONF=FOLDER/slurm.conf sbatch …
#   tests/slurm/slurm.sh stop FOLDER
# Needs Debian's slurm-wlm and munge, and root: slurmd starts tasks as their users.
set -euo pipefail
command=${1:-} folder=${2:-}
fail() { echo "slurm.sh: $*" >&2; exit 2; }
[ -n "$folder" ] || fail "start FOLDER or stop FOLDER"

stop() { # the daemons leave in the reverse order; each wrote its process id
  local name pid
  for name in slurmd slurmctld munged; do
    pid=$(cat "$folder/$name.pid" 2> /dev/null) || continue
    kill "$pid" 2> /dev/null || continue
    for _ in $(seq 50); do kill -0 "$pid" 2> /dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2> /dev/null || true
  done
}

start() {
  for program in munged slurmctld slurmd sbatch; do
    command -v $program > /dev/null || [ -x /usr/sbin/$program ] || fail "there is no $program (Debian: slurm-wlm munge)"
  done
  [ "$(id -u)" = 0 ] || fail "slurmd needs root"
  PATH=$PATH:/usr/sbin
  mkdir -p "$folder/state" "$folder/spool"
  folder=$(cd "$folder" && pwd)
  chmod 755 "$folder"
  (umask 077; head -c 1024 /dev/urandom > "$folder/munge.key")
  local host port
  host=$(hostname -s)
  port=$((20000 + RANDOM % 20000))
  cat > "$folder/slurm.conf" << CONF
ClusterName=supardsl
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CryptoType=crypto/munge
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MaxArraySize=20
MinJobAge=10
KillWait=2
ReturnToService=2
MessageTimeout=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(awk '/MemTotal/ { print int($2 / 1100) }' /proc/meminfo) State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log" --seed-file="$folder/munged.seed" > "$folder/start.log" 2>&1 || fail "munged: $(tail -n 1 "$folder/start.log")"
  export SLURM_CONF=$folder/slurm.conf
  slurmctld >> "$folder/start.log" 2>&1 || fail "slurmctld: $(tail -n 1 "$folder/start.log")"
  slurmd >> "$folder/start.log" 2>&1 || fail "slurmd: $(tail -n 1 "$folder/start.log")"
  for _ in $(seq 100); do
    [ "$(sinfo -h -o %t 2> /dev/null)" = idle ] && return
    sleep 0.2
  done
  fail "the node does not come up: $(tail -n 1 "$folder/slurmd.log" "$folder/slurmctld.log" | tr '\n' ' ')"
}

case $command in
  start) start || { code=$?; stop; exit $code; } ;;
  stop) stop ;;
  *) fail "start FOLDER or stop FOLDER" ;;
esac
