#!/bin/bash
# SPDX-License-Identifier: ISC
#
# usage: check-deps.sh [ROOT]
#
# Holds the sources to the rules that can be read off them: who may include whom, which calls nobody makes,
# and which only one directory makes. Prints each offence as file:line.
set -euo pipefail

cd "${1:-.}"
offences=0

# Which directories each may include, besides itself. The Makefile links by the same picture.
declare -A below=(
	[base]=''
	[model]='base'
	[world]='base'
	[netns]='base'
	[traffic]='model base'
	[report]='model base'
	[emul]='traffic netns world model base'
	[hybrid]='emul traffic netns world model base'
	[cli]='hybrid emul report traffic netns world model base'
)

# Calls that are not made: files they are not made in (a regular expression), functions, reason.
calls='
.		system|popen|wordexp				no shell; spawn with an argv
.		sprintf|vsprintf|strcpy|strcat|stpcpy|gets	knows no length
.		atoi|atol|atoll|atof				says nothing of errors
.		strtok|rand|srand				hidden state
.		tmpnam|tempnam|mktemp				a name is not a file
^[^c]|^c[^l]	printf|vprintf|puts|putchar|perror		only cli/ prints
^[^c]|^c[^l]	exit|err|errx|warn|warnx			only cli/ ends the program
'

mapfile -t files < <(for dir in "${!below[@]}"; do [[ ! -d $dir ]] || find "$dir" -name '*.[ch]'; done | sort)

offence() {
	printf '%s\n' "$1"
	((++offences))
}

# Every header of the tree is included as "DIRECTORY/FILE.h", from the root.
check_includes() {
	local file line text header dir

	while IFS=: read -r file line text; do
		header=$(sed -E 's/^[^"<]*["<]([^">]*)[">].*/\1/' <<<"$text")
		dir=${file%%/*}
		if [[ $text != *\"* ]]; then
			[[ ! -v below[${header%%/*}] ]] || offence "$file:$line: <$header> goes in quotes"
		elif [[ ! $header =~ ^[a-z]+/[a-z0-9_]+\.h$ ]]; then
			offence "$file:$line: \"$header\" is not DIRECTORY/FILE.h from the root"
		elif [[ " $dir ${below[$dir]} " != *" ${header%%/*} "* ]]; then
			offence "$file:$line: $dir may include ${below[$dir]:-nothing else}, not $header"
		fi
	done < <(grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*(".*"|<[a-z]+/.*>)' "${files[@]}")
}

# The preprocessor takes the comments out and says which file and line it is at.
check_calls() {
	local line

	while IFS= read -r line; do
		offence "$line"
	done < <(gcc -fpreprocessed -dD -E -w -x c "${files[@]}" | calls=$calls awk '
		BEGIN {
			n = split(substr(ENVIRON["calls"], 2), row, "\n") - 1
			for (i = 1; i <= n; i++) {
				split(row[i], column, "\t+")
				where[i] = column[1]
				call[i] = "(^|[^A-Za-z0-9_>.])(" column[2] ")[ \t]*\\("
				reason[i] = column[3]
			}
		}
		/^# [0-9]+ "/ {
			line = $2 - 1
			file = $3
			gsub(/"/, "", file)
			next
		}
		{
			line++
			for (i = 1; i <= n; i++)
				if (file ~ where[i] && match($0, call[i])) {
					name = substr($0, RSTART, RLENGTH)
					gsub(/[^A-Za-z0-9_]/, "", name)
					printf "%s:%d: %s(): %s\n", file, line, name, reason[i]
				}
		}')
}

check_licence() {
	local file first

	for file in "${files[@]}"; do
		read -r first <"$file" || true
		[[ $first =~ ^(//|/\*)\ SPDX-License-Identifier:\ ISC ]] || offence "$file:1: no SPDX line"
	done
}

check_includes
check_calls
check_licence
((offences == 0))
