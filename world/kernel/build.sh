#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Builds the kernel that worlds run on: ARCH=um, with the config fragment beside this script, from the
# distribution's kernel source package or from a source tree of one's own. The source is never written to.
# The result is put in place by one rename as
#
#	${XDG_CACHE_HOME:-$HOME/.cache}/dxemu/linux-VERSION-HASH/linux	(and .config)
#
# HASH being the first 12 digits of the SHA-256 of the fragment, and its path is printed on stdout.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
fragment=$here/config
package=linux-source-6.12
tarball=/usr/src/$package.tar.xz

# What the progress line is measured by: lines "  CC  x.o" and the like that make prints for 6.12.
total_steps=1500
need_mib_unpack=700 need_mib_build=300

say() { printf 'kernel: %s\n' "$*" >&2; }
lacks() {
	say "$@"
	exit 3
}
fail() {
	say "$@"
	exit 4
}

usage() {
	cat <<-END
	usage: build.sh [--source DIR] [--if-missing | --path]

	  --source DIR   a kernel source tree to build instead of $tarball (or set KERNEL_SRC)
	  --if-missing   be content with any version that was built with this config, or with DXEMU_KERNEL
	  --path         the same, but build nothing: status 3 if there is none

	Prints the path of the kernel. Exit status: 0 it is there, 2 wrong usage, 3 something is missing (named,
	with the remedy), 4 the build failed.
	END
}

source_dir=${KERNEL_SRC:-} if_missing='' path_only=''
while (($#)); do
	case $1 in
	--source)
		[[ -n ${2:-} ]] || { say "--source needs a directory" && exit 2; }
		source_dir=$2
		shift 2
		;;
	--source=?*)
		source_dir=${1#*=}
		shift
		;;
	--if-missing | --path)
		if_missing=1
		[[ $1 == --path ]] && path_only=1
		shift
		;;
	-h | --help)
		usage
		exit 0
		;;
	*)
		say "unknown argument '$1'; see build.sh --help"
		exit 2
		;;
	esac
done

# As the base directory specification has it: a relative XDG_CACHE_HOME is to be ignored.
if [[ ${XDG_CACHE_HOME:-} == /* ]]; then
	cache=$XDG_CACHE_HOME/dxemu
elif [[ ${HOME:-} == /* ]]; then
	cache=$HOME/.cache/dxemu
else
	lacks "no place to keep the kernel: set HOME or XDG_CACHE_HOME"
fi

hash=$(sha256sum <"$fragment")
hash=${hash:0:12}

if [[ $if_missing ]]; then
	if [[ ${DXEMU_KERNEL:-} ]]; then
		[[ -x $DXEMU_KERNEL ]] || lacks "DXEMU_KERNEL is '$DXEMU_KERNEL', which cannot be executed"
		printf '%s\n' "$DXEMU_KERNEL"
		exit 0
	fi
	found=$(for f in "$cache"/linux-*-"$hash"/linux; do [[ ! -x $f ]] || printf '%s\n' "$f"; done | sort -V | tail -n 1)
	if [[ $found ]]; then
		printf '%s\n' "$found"
		exit 0
	fi
	[[ ! $path_only ]] || lacks "none in $cache (linux-*-$hash); build it with 'dxemu kernel build' or 'make kernel'"
fi

# The tools: each with the Debian package that brings it.
missing=()
for tool in gcc:gcc ld:binutils make:make flex:flex bison:bison bc:bc tar:tar xz:xz-utils gzip:gzip; do
	command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
if command -v gcc >/dev/null && ! gcc -E -include stdio.h -x c /dev/null >/dev/null 2>&1; then
	missing+=(libc6-dev)
fi
if [[ -z $source_dir && ! -r $tarball ]]; then
	missing+=("$package")
fi
if ((${#missing[@]})); then
	say "cannot build, missing: ${missing[*]}"
	say "remedy: apt-get install ${missing[*]}"
	[[ -n $source_dir || -r $tarball ]] || say "or bring a source tree of Linux 6.6 or later: KERNEL_SRC=DIR"
	exit 3
fi

# From the top of the kernel's Makefile: "6.12.117".
read_version() {
	awk -F ' *= *' '
		/^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) *=/ { part[$1] = $2 }
		/^NAME/ { print part["VERSION"] "." part["PATCHLEVEL"] "." part["SUBLEVEL"] part["EXTRAVERSION"]; exit }'
}

if [[ $source_dir ]]; then
	[[ -f $source_dir/Kconfig && -f $source_dir/arch/um/Kconfig ]] ||
		lacks "'$source_dir' is not a Linux source tree"
	source_dir=$(cd "$source_dir" && pwd)
	# The kernel's makefiles refuse to build elsewhere from such a tree, with a message that hides why.
	for trace in .config include/config arch/um/include/generated arch/x86/include/generated; do
		[[ ! -e $source_dir/$trace ]] || lacks "'$source_dir' has been built in ($trace is there), so it" \
			"cannot be built from without changing it; unpack it afresh, or clean it:" \
			"make -C '$source_dir' ARCH=um mrproper"
	done
	version=$(read_version <"$source_dir/Makefile")
else
	# tar is stopped as soon as it has the one file; its complaint about that is not ours.
	version=$(tar -xJOf "$tarball" --occurrence=1 "$package/Makefile" 2>/dev/null | read_version || true)
fi
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+[^/[:space:]]*$ ]] || fail "cannot read the version of the kernel source"

name=linux-$version-$hash
final=$cache/$name
log=$cache/$name.log

if ! mkdir -p "$cache" 2>/dev/null || [[ ! -w $cache ]]; then
	lacks "cannot write to '$cache'; set XDG_CACHE_HOME"
fi

# One build at a time. What runs inherits the lock, so a build whose script was killed keeps the next one
# waiting until its compilers are gone too.
exec 9>"$cache/build.lock"
if ! flock -n 9; then
	say "another build is running, waiting for it"
	flock 9
fi
if [[ -x $final/linux ]]; then
	printf '%s\n' "$final/linux"
	exit 0
fi

scratch=$cache/build.tmp
job=
clean_up() {
	local status=$?

	trap - EXIT INT TERM HUP
	if [[ $job ]]; then
		kill -- "-$job" 2>/dev/null || true
		wait "$job" 2>/dev/null || true
	fi
	rm -rf "$scratch"
	# Interrupted, not failed: the log says nothing.
	((status <= 128)) || rm -f "$log"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

rm -rf "$scratch"
need_mib=$need_mib_build
[[ $source_dir ]] || need_mib=$((need_mib + need_mib_unpack))
free_mib=$(($(df -Pk "$cache" | awk 'NR == 2 { print $4 }') / 1024))
((free_mib >= need_mib)) ||
	lacks "$need_mib MiB needed in '$cache' while building, $free_mib MiB are free; make room or set XDG_CACHE_HOME"
mkdir "$scratch" "$scratch/out" "$scratch/result"
: >"$log"

# Counts make's steps on stdin: a line that stays in place on a terminal, one per 10 % elsewhere.
progress() {
	local line steps=0 percent shown=-1 begin=$SECONDS

	while IFS= read -r line; do
		[[ $line == '  '[A-Z]* ]] || continue
		percent=$((++steps * 100 / total_steps))
		((percent > 99)) && percent=99
		if [[ -t 2 ]]; then
			((percent == shown)) || printf '\r\033[Kkernel: compiling Linux %s: %d %%, %d s' \
				"$version" "$percent" "$((SECONDS - begin))" >&2
		elif ((percent / 10 != shown / 10 || shown < 0)); then
			say "compiling Linux $version: $((percent / 10 * 10)) %"
		fi
		shown=$percent
	done
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
}

# Runs its arguments with output in the log, as a process group of its own that clean_up() can end.
logged() {
	local status=0

	set -m
	"$@" >>"$log" 2>&1 </dev/null &
	job=$!
	set +m
	wait "$job" || status=$?
	job=

	return "$status"
}

# Only what the build needs of the environment: no ARCH, O, V, MAKEFLAGS or jobserver of a calling make.
# Fixed names and dates make the same source and config the same kernel.
kmake() {
	env -i PATH="$PATH" HOME="$scratch" LC_ALL=C KBUILD_BUILD_USER=dxemu KBUILD_BUILD_HOST=dxemu \
		KBUILD_BUILD_VERSION=1 KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' \
		KCONFIG_ALLCONFIG="$fragment" make -C "$source_dir" O="$scratch/out" ARCH=um "$@"
}

compile() { kmake "-j$(nproc)" linux 2>&1 | tee >(progress 2>&3); }

failed() {
	say "$1; the end of $log:"
	tail -n 20 "$log" | sed 's/^/    /' >&2
	exit 4
}

if [[ -z $source_dir ]]; then
	say "unpacking $tarball"
	# Sources that ARCH=um never looks at are half of it; their Kconfig files and makefiles are needed.
	XZ_OPT=-T0 logged tar -xJf "$tarball" -C "$scratch" --exclude='*/Documentation/*/*' --exclude='*.dts*' \
		--exclude='*/sound/*.[ch]' --exclude='*/tools/perf/*' --exclude='*/tools/testing/*' \
		--exclude='*/drivers/gpu/*.[ch]' --exclude='*/drivers/infiniband/*.[ch]' \
		--exclude='*/drivers/media/*.[ch]' --exclude='*/drivers/net/ethernet/*.[ch]' \
		--exclude='*/drivers/net/wireless/*.[ch]' --exclude='*/drivers/scsi/*.[ch]' \
		--exclude='*/drivers/staging/*.[ch]' || failed "unpacking failed"
	source_dir=$scratch/$package
fi

logged kmake allnoconfig || failed "configuring failed"

# allnoconfig drops what it cannot honour without a word.
refused=()
while IFS= read -r line; do
	case $line in
	CONFIG_*=n)
		! grep -q "^${line%n}" "$scratch/out/.config" || refused+=("$line")
		;;
	CONFIG_*)
		grep -qxF -- "$line" "$scratch/out/.config" || refused+=("$line")
		;;
	esac
done <"$fragment"
if ((${#refused[@]})); then
	say "Linux $version does not take these settings of $fragment:"
	printf '    %s\n' "${refused[@]}" >&2
	lacks "an option may have been renamed, or may depend on one that is not set; a tree of Linux 6.12 has them all"
fi

exec 3>&2
say "compiling Linux $version for ARCH=um: 3 to 4 minutes on 2 processors"
logged compile || failed "compiling failed"

# The symbols stay: they cost 1 MB, and perf on a world's process needs them.
built=$("$scratch/out/linux" --version 2>>"$log") || failed "the kernel that was built does not run"
[[ $built == "$version" ]] || fail "built Linux '$built', not $version"
cp "$scratch/out/linux" "$scratch/out/.config" "$scratch/result/"
rm -rf "$final"
mv -T "$scratch/result" "$final"
rm -f "$log"
say "Linux $version is ready"
printf '%s\n' "$final/linux"
