// SPDX-License-Identifier: ISC
#include "model/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/auto.h"

int file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

int file_read(int fd, const char *path, const char *noun, char **ret_text, size_t *ret_len,
	      struct err *err)
{
	auto_free char *text = NULL;
	size_t len = 0;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return err_sys(err, -errno, "%s", path);
	if (S_ISDIR(st.st_mode))
		return err_input(err, "%s: a directory, not a %s", path, noun);
	if (!S_ISREG(st.st_mode))
		return err_input(err, "%s: not a regular file", path);
	if (st.st_size > FILE_MAX_BYTES)
		return err_input(err, "%s: %jd bytes; a %s has at most %u", path,
				 (intmax_t)st.st_size, noun, FILE_MAX_BYTES);

	/* One byte more than allowed, so that a file that grows meanwhile is refused, not cut. */
	text = malloc(FILE_MAX_BYTES + 1);
	if (!text)
		return err_set(err, -ENOMEM, "%s: out of memory", path);
	while (len <= FILE_MAX_BYTES && (n = read(fd, text + len, FILE_MAX_BYTES + 1 - len)) != 0) {
		if (n < 0)
			return err_sys(err, -errno, "%s", path);
		len += (size_t)n;
	}
	if (len > FILE_MAX_BYTES)
		return err_input(err, "%s: more than %u bytes; a %s has at most so many", path,
				 FILE_MAX_BYTES, noun);

	text[len] = '\0';
	*ret_text = take_ptr(text);
	*ret_len = len;
	return 0;
}
