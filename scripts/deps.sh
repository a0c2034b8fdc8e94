#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Finds out what this machine lacks to build, run or test dxemu, says so, and installs it with apt-get.
# Asks for the things themselves, not for packages, so that it is quick and works where they came from
# elsewhere. Says nothing if nothing is missing.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
	cat <<-END
	usage: deps.sh [build|kernel|run|test|bench]...

	  build    compiler and libraries
	  kernel   what world/kernel/build.sh needs; nothing if the kernel has been built
	  run      programs that dxemu calls
	  test     programs that only the tests and static checks call
	  bench    programs that only the benchmark calls

	Exit status: 0 all is there (now), 2 wrong usage, 3 something is missing and could not be installed.
	END
}

# group, how to look for it, what to look for, Debian package, what it is for
table='
build	cmd	gcc			gcc			compiles dxemu
build	header	stdio.h			libc6-dev		compiles dxemu
build	cmd	make			make			builds dxemu
build	cmd	pkg-config		pkgconf			finds the libraries
build	pc	libnl-route-3.0		libnl-route-3-dev	netlink
build	pc	libnl-3.0		libnl-3-dev		netlink
build	pc	libbsd			libbsd-dev		string functions
build	pc	libmd			libmd-dev		SHA-256
build	pc	libfyaml		libfyaml-dev		reads profiles
build	pc	jansson			libjansson-dev		reads and writes JSON
build	pc	libseccomp		libseccomp-dev		confines worlds
kernel	file	/usr/src/linux-source-6.12.tar.xz linux-source-6.12	source of the kernel that worlds run on
kernel	cmd	flex			flex			builds the kernel
kernel	cmd	bison			bison			builds the kernel
kernel	cmd	bc			bc			builds the kernel
kernel	cmd	xz			xz-utils		unpacks the kernel
kernel	cmd	gcc			gcc			builds the kernel
kernel	cmd	make			make			builds the kernel
kernel	header	stdio.h			libc6-dev		builds the kernel
run	cmd	ip			iproute2		shows what is in a world
run	cmd	iperf3			iperf3			traffic in a world
run	cmd	ping			iputils-ping		traffic in a world
run	cmd	tcpdump			tcpdump			captures in a world
run	cmd	ethtool			ethtool			the scripts of "dxemu plan"
run	cmd	bird			bird2			BGP in a lab
run	cmd	swanctl			strongswan-swanctl	IPsec in a lab
run	file	/usr/lib/ipsec/charon	strongswan-charon	IPsec in a lab
run	file	/usr/lib/ipsec/plugins/libstrongswan-openssl.so libstrongswan-standard-plugins	IPsec in a lab
test	pc	criterion		libcriterion-dev	unit tests
test	cmd	prove			perl			runs the tests in worlds
test	cmd	jq			jq			reads JSON in tests
test	cmd	setpriv			util-linux		tests as an unprivileged user
bench	cmd	jq			jq			reads JSON
bench	cmd	irtt			irtt			round trips to compare with
bench	cmd	sockperf		sockperf		round trips to compare with
test	cmd	jsonschema		python3-jsonschema	checks results against their schema
test	py	yaml			python3-yaml		checks profiles against their schema
test	cmd	clang			clang			static checks
test	fuzzer	clang			libclang-rt-dev		fuzzes the reader of profiles
test	cmd	clang-format		clang-format		static checks
test	cmd	clang-tidy		clang-tidy		static checks
test	cmd	cppcheck		cppcheck		static checks
test	cmd	shellcheck		shellcheck		static checks
'

present() {
	# ip, tc and their like are in sbin, which a user may not have in PATH.
	case $1 in
	cmd) PATH=$PATH:/usr/sbin:/sbin command -v "$2" ;;
	pc) pkg-config --exists "$2" ;;
	header) gcc -E -include "$2" -x c /dev/null ;;
	file) [[ -r $2 ]] ;;
	py) python3 -c "import $2" ;;
	fuzzer) echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | "$2" -fsanitize=fuzzer -x c - -o /dev/null ;;
	esac >/dev/null 2>&1
}

# Prints "package<tab>reason" for all that is missing in the groups, each package once.
list_missing() {
	local group how what package reason

	while read -r group how what package reason; do
		[[ " $* " == *" $group "* ]] || continue
		present "$how" "$what" || printf '%s\t%s\n' "$package" "$reason"
	done <<<"$table" | sort -u -k1,1
}

groups=()
for arg; do
	case $arg in
	build | run | test | bench)
		groups+=("$arg")
		;;
	kernel)
		# A tree of one's own needs the tools all the same, but not the package.
		[[ ${KERNEL_SRC:-} ]] && table=$(grep -v 'linux-source' <<<"$table")
		"$root/world/kernel/build.sh" --path >/dev/null 2>&1 || groups+=(kernel)
		;;
	-h | --help)
		usage
		exit 0
		;;
	*)
		usage >&2
		exit 2
		;;
	esac
done
((${#groups[@]})) || exit 0

missing=$(list_missing "${groups[@]}")
[[ $missing ]] || exit 0

mapfile -t packages < <(cut -f1 <<<"$missing")
printf 'deps: missing on this machine (for: %s):\n' "${groups[*]}" >&2
awk -F '\t' '{ printf "    %-20s %s\n", $1, $2 }' <<<"$missing" >&2

give_up() {
	printf 'deps: %s\nremedy, as root: apt-get update && apt-get install %s\n' "$1" "${packages[*]}" >&2
	exit 3
}

command -v apt-get >/dev/null || give_up "this is not a Debian-like system; install the equivalents by hand"
as_root=()
if ((EUID != 0)); then
	command -v sudo >/dev/null || give_up "neither root nor sudo to install them with"
	as_root=(sudo)
	# Without a terminal nobody can type a password.
	[[ -t 0 ]] || as_root=(sudo -n)
	"${as_root[@]}" true 2>/dev/null || give_up "not root, and sudo says no"
fi

apt() {
	printf 'deps: %s\n' "${as_root[*]}${as_root:+ }apt-get $*" >&2
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" </dev/null >&2
}

# Package lists that are missing or stale are the usual reason for a first attempt to fail.
install=(install -y --no-install-recommends "${packages[@]}")
apt "${install[@]}" || { apt update && apt "${install[@]}"; } || give_up "apt-get failed, see above"

hash -r
missing=$(list_missing "${groups[@]}")
if [[ $missing ]]; then
	mapfile -t packages < <(cut -f1 <<<"$missing")
	give_up "still missing after apt-get: ${packages[*]}"
fi
