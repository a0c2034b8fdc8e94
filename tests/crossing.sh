# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# For tests that follow datagrams through a lab, from one capture to the next: sourced after lib.sh.

# shellcheck disable=SC2034 # these are for whoever sources this

# What passes the link and goes nowhere, so that nobody answers; the script in the world begins with the command.
nowhere_to_vpc=10.0.9.1 nowhere_to_onprem=192.168.9.1
lead_nowhere="ip -n vgw route add blackhole ${nowhere_to_vpc%.*}.0/24
ip -n cgw route add blackhole ${nowhere_to_onprem%.*}.0/24"

# Captures in front of the rate stage of a direction, behind it, and behind its latency.
legs_to_vpc="cgw-a a-z z-vgw" legs_to_onprem="z-vgw a-z cgw-a"

# udp_train: the command, for worlds, of a program that takes an address, the payload of a datagram, how many of them to
# send at a time, how many times, from which second of the world's time on, and how many microseconds apart. They go to
# the discard port, and their IP headers number them.
udp_train() {
	cat >"$TMP/udp-train" <<-'EOF'
		use Socket;
		use Time::HiRes qw(clock_nanosleep CLOCK_MONOTONIC TIMER_ABSTIME);
		my ($address, $size, $group, $times, $start_s, $interval_us) = @ARGV;
		socket(S, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
		connect(S, sockaddr_in(9, inet_aton($address))) or die "connect: $!";
		for my $i (0 .. $times - 1) {
			clock_nanosleep(CLOCK_MONOTONIC, 1e9 * $start_s + 1e3 * $interval_us * $i, TIMER_ABSTIME);
			for (1 .. $group) {
				defined(syswrite(S, "x" x $size)) or die "send: $!";
			}
		}
	EOF
	printf 'perl %q\n' "$TMP/udp-train"
}

# crossing FROM TO ADDRESS: what became of each UDP datagram to that address between two captures, in order:
# microseconds since the command began (8 s after its world) at FROM, how often it came to TO, as the how manieth, and
# how many microseconds later. At most 65,536 of them, which is how far IP headers count.
crossing() {
	local file

	for file in "$2" "$1"; do
		echo "capture $file"
		tcpdump -ttvnn --time-stamp-precision=nano -r "$TMP/pcap/$file.pcap" 2>"$TMP/tcpdump.err"
	done | awk -v to="> $3." -v began=1767225608 '
		/^capture / { captures++ }
		/^[0-9].*proto UDP/ {
			split($1, time, ".")
			us = (time[1] - began) * 1e6 + time[2] / 1e3
			match($0, /, id [0-9]+/)
			id = substr($0, RSTART + 5, RLENGTH - 5)
			getline
			if (!index($0, to))
				next
			if (captures == 1 && !copies[id]++) {
				rank[id] = ++n
				at[id] = us
			} else if (captures == 2) {
				printf "%.3f %d %d %.3f\n", us, copies[id], rank[id], at[id] - us
			}
		}'
}

# losses_and_order FILE: of a crossing, how many datagrams there are, and how many of them came never, more than once,
# and behind a later one.
losses_and_order() {
	awk '{
			lost += $2 == 0
			twice += $2 > 1
			late += $2 && $3 < last
			if ($3 > last)
				last = $3
		}
		END { print NR + 0, lost + 0, twice + 0, late + 0 }' "$1"
}
