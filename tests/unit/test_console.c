// SPDX-License-Identifier: ISC
#include "world/console.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"

#define NOISE                                                                                 \
	"check_one_sigio failed, errno = 13\nFailed to initialize umid \"x\", trying with a " \
	"random umid\n"
#define LONG "0123456789012345678901234567890123456789"

static int console(void)
{
	struct err err;
	int fd = console_open(&err);

	cr_assert_geq(fd, 0, "%s", err.msg);

	return fd;
}

Test(console, last_words)
{
	static const struct {
		const char *said, *words;
	} rows[] = {
		{ "", "" },
		{ NOISE, "" },
		{ NOISE "one\n", "one" },
		{ "one\r\n\n" NOISE "two", "one; two" },
		{ "one\nKernel panic - not syncing: why\nRIP: 0033\n", "one; Kernel panic - not "
								       "syncing: why" },
		{ NOISE "dxemu: mount on /tmp\nreboot: System halted\n", "dxemu: mount on /tmp" },
		{ "\033[31mred\177\t\n", " [31mred  " },
		{ "first\n" LONG "\nlast\n", LONG "; last" },
		{ "first\n" LONG LONG "\n", LONG "012345678" },
		{ LONG LONG "\nlast\n", "last" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		auto_close int fd = console();
		char words[50];

		cr_assert_eq(write(fd, rows[i].said, strlen(rows[i].said)),
			     (ssize_t)strlen(rows[i].said));
		console_last_words(fd, words, sizeof(words));
		cr_expect_str_eq(words, rows[i].words, "%s", rows[i].said);
	}
}

/* Whoever writes without end is refused, and nothing waits: no write succeeds in part. */
Test(console, is_bounded)
{
	auto_close int fd = console();
	static char line[999];
	char words[50];
	struct stat st;
	ssize_t n;
	int lines = 0;

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	while ((n = write(fd, line, sizeof(line))) == (ssize_t)sizeof(line) && lines < 10000)
		lines++;
	cr_expect_eq(n, -1);
	cr_expect_eq(errno, EPERM);
	cr_expect_eq(lines, ((1 << 20) - 1) / (int)sizeof(line));
	cr_assert_eq(fstat(fd, &st), 0);
	cr_expect_leq(st.st_blocks * 512, 1 << 20);
	cr_expect_lt(ftruncate(fd, 1 << 21), 0);

	/* What is small enough is still heard. */
	cr_expect_eq(write(fd, "\nlast\n", 6), 6);
	console_last_words(fd, words, sizeof(words));
	cr_expect_str_eq(words, "last");
}
