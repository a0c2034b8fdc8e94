# SPDX-License-Identifier: ISC
#
# probes.pl send ADDRESS BYTES SPREAD PER-SECOND SECONDS
#	sends datagrams with so many bytes to the discard port, so many a second. Each comes after its time by chance,
#	by up to SPREAD of an interval. It holds its number and the instant at which it was sent.
# probes.pl read CAPTURE FRAME
#	prints what a capture with nanoseconds (tcpdump --time-stamp-precision=nano) says of the frames that are FRAME
#	bytes long: how many came, the highest number, how many came after one with a higher number, and of their
#	delay in ms the median, the mean, the standard deviation and the longest.
# probes.pl rate CAPTURE FRAME FROM TO
#	prints how many of them there are per second, between two instants in s after the first of them.
use strict;
use warnings;
use Socket;
use Time::HiRes qw(CLOCK_REALTIME clock_gettime sleep);

use constant {
	NANO_PCAP => 0xa1b23c4d,
	DISCARD	  => 9,
	UDP_DATA  => 14 + 20 + 8,
};

sub send_probes {
	my ($address, $bytes, $spread, $per_second, $seconds) = @_;
	my $start = clock_gettime(CLOCK_REALTIME);

	srand(1);
	socket(my $sock, PF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
	connect($sock, sockaddr_in(DISCARD, inet_aton($address))) or die "connect: $!\n";
	for my $number (0 .. $per_second * $seconds - 1) {
		my $left = $start + ($number + rand($spread)) / $per_second - clock_gettime(CLOCK_REALTIME);

		sleep($left) if $left > 0;
		# What the link refuses is lost, not an error.
		send($sock, pack("d> N x@{[$bytes - 12]}", clock_gettime(CLOCK_REALTIME), $number), 0);
	}
}

# Calls back with time in s (whole, fraction), length on the wire and bytes of each packet.
sub each_packet {
	my ($path, $callback) = @_;
	my $head;

	open(my $file, '<:raw', $path) or die "$path: $!\n";
	read($file, $head, 24) == 24 && unpack('V', $head) == NANO_PCAP or die "$path: not such a capture\n";
	while (read($file, $head, 16) == 16) {
		my ($s, $ns, $kept, $length) = unpack('V4', $head);

		read($file, my $bytes, $kept) == $kept or die "$path: cut off\n";
		$callback->($s, $ns / 1e9, $length, $bytes);
	}
}

sub read_probes {
	my ($path, $frame) = @_;
	my ($highest, $late, $sum, $squares, @ms) = (-1, 0, 0, 0);

	each_packet($path, sub {
		my ($s, $fraction, $length, $bytes) = @_;

		$length == $frame or return;
		my ($sent, $number) = unpack('d> N', substr($bytes, UDP_DATA, 12));
		push @ms, 1e3 * ($s - int($sent) + $fraction - ($sent - int($sent)));
		$number > $highest ? $highest = $number : $late++;
	});
	@ms > 1 or die "none came\n";
	$sum += $_ for @ms;
	my $mean = $sum / @ms;
	$squares += ($_ - $mean)**2 for @ms;
	@ms = sort { $a <=> $b } @ms;
	printf "%d %d %d %.4f %.4f %.4f %.4f\n", scalar(@ms), $highest, $late, $ms[$#ms / 2], $mean,
		sqrt($squares / $#ms), $ms[-1];
}

sub read_rate {
	my ($path, $frame, $from, $to) = @_;
	my ($frames, $start) = (0);

	each_packet($path, sub {
		my ($s, $fraction, $length) = @_;

		$length == $frame or return;
		$start = $s + $fraction unless defined $start;
		my $since = $s + $fraction - $start;
		$frames++ if $from <= $since && $since < $to;
	});
	printf "%.2f\n", $frames / ($to - $from);
}

my %does = (send => \&send_probes, read => \&read_probes, rate => \&read_rate);
my $do = $does{shift // ''} or die "usage: probes.pl send|read|rate ARG...\n";
$do->(@ARGV);
