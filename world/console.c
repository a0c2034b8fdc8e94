// SPDX-License-Identifier: ISC
#include "world/console.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/io.h"
#include "base/util.h"

/*
 * One byte short of whole pages: a write that would cross the end then fails as a whole. If it succeeded in part,
 * the kernel's terminal layer would wait for room for the rest, and its writer with it.
 */
#define CONSOLE_MAX ((1 << 20) - 1)

/* In how much of the end last words are looked for. */
#define WORDS_WITHIN 4096

/* What every world says: /dev is read-only to it, and TMPDIR is no place for a directory. */
static const char *const noise[] = {
	"check_one_sigio failed",
	"Failed to initialize umid",
};

/* What says why, so that what follows (registers, a trace) need not be shown. */
static const char *const reasons[] = {
	"Kernel panic",
	"dxemu: ",
};

int console_open(struct err *err)
{
	auto_close int fd = memfd_create("dxemu-console", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, CONSOLE_MAX) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		return err_sys(err, -errno, "console of a world");

	return take_fd(&fd);
}

static bool begins_with_one(const char *line, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(line, list[i], strlen(list[i])) == 0)
			return true;

	return false;
}

/* Lines from the front make room for it. */
static void add_line(char *buf, size_t size, const char *line)
{
	while (*buf && strlen(buf) + 2 + strlen(line) >= size) {
		const char *next = strstr(buf, "; ");

		memmove(buf, next ? next + 2 : "", next ? strlen(next + 2) + 1 : 1);
	}
	if (*buf)
		(void)strlcat(buf, "; ", size);
	(void)strlcat(buf, line, size);
}

void console_last_words(int console, char *buf, size_t size)
{
	char text[WORDS_WITHIN + 1], *rest = text, *line;
	off_t end = lseek(console, 0, SEEK_CUR), from = MAX(end - WORDS_WITHIN, (off_t)0);
	ssize_t n = pread(console, text, (size_t)(MAX(end, (off_t)0) - from), from);
	bool told = false;

	text[MAX(n, (ssize_t)0)] = '\0';
	buf[0] = '\0';
	while (!told && (line = strsep(&rest, "\r\n"))) {
		for (char *p = line; *p; p++)
			if ((unsigned char)*p < ' ' || *p == '\177')
				*p = ' ';
		if (!*line || begins_with_one(line, noise, ARRAY_SIZE(noise)))
			continue;
		told = begins_with_one(line, reasons, ARRAY_SIZE(reasons));
		add_line(buf, size, line);
	}
}

void console_dump(int console)
{
	char buf[4096];
	off_t at = 0, end = lseek(console, 0, SEEK_CUR);
	ssize_t n;

	while (at < end &&
	       (n = pread(console, buf, MIN(sizeof(buf), (size_t)(end - at)), at)) > 0) {
		if (write_all(STDERR_FILENO, buf, (size_t)n) < 0)
			return;
		at += n;
	}
}
