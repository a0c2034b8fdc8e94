// SPDX-License-Identifier: ISC
#include "world/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/auto.h"
#include "world/channel.h"

#define INPUT_MAX (64U << 20)
#define CHUNK (64U << 10)

int input_slurp(int fd, uint8_t **ret, size_t *ret_len, struct err *err)
{
	auto_free char *chunk = malloc(CHUNK);
	char *text = NULL;
	size_t len = 0;
	FILE *mem = chunk ? open_memstream(&text, &len) : NULL;
	uint64_t total = 0;
	ssize_t n;
	int r = 0;

	if (!mem)
		return err_sys(err, -ENOMEM, "standard input");
	do {
		n = read(fd, chunk, CHUNK);
		total += n > 0 ? (uint64_t)n : 0;
		if (n < 0 && errno != EINTR)
			r = err_sys(err, -errno, "standard input");
		else if (total > INPUT_MAX)
			r = err_input(err,
				      "standard input is larger than %u MiB, the most that a "
				      "virtual world takes; use --world realtime",
				      INPUT_MAX >> 20);
		else if (n >= 0)
			frame_write(mem, FRAME_STDIN, chunk, (size_t)n);
	} while (r == 0 && n != 0);
	if (fclose(mem) != 0 && r == 0)
		r = err_sys(err, -ENOMEM, "standard input");
	if (r < 0) {
		free(text);
		return r;
	}
	*ret = (uint8_t *)text;
	*ret_len = len;

	return 0;
}
