// SPDX-License-Identifier: ISC
#include "world/repeat.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/rng.h"
#include "base/util.h"

int repeat_begin(struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int r = filter ? 0 : -ENOMEM;

	/* What a process without privileges must give up for a filter. */
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = -errno;
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(getrandom), 0);
	if (r == 0)
		r = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	if (r < 0)
		return err_sys(err, r, "keep the machine's random numbers from the world");
	(void)personality(ADDR_NO_RANDOMIZE);

	return 0;
}

int repeat_descriptors(int *fds, size_t n, struct err *err)
{
	const int first = STDERR_FILENO + 1, beyond = first + (int)n;

	for (size_t i = 0; i < n; i++)
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, beyond);
	for (size_t i = 0; i < n; i++) {
		if (fds[i] < 0 || dup2(fds[i], first + (int)i) < 0)
			return err_sys(err, -errno, "descriptors of the world");
		fds[i] = first + (int)i;
	}

	return 0;
}

int repeat_seed(uint64_t seed, struct err *err)
{
	auto_close int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	uint64_t words[4];
	auto_free struct rand_pool_info *entropy = malloc(sizeof(*entropy) + sizeof(words));

	if (!entropy)
		return err_sys(err, -ENOMEM, "seed the world's random numbers");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = rng_next(&seed);
	entropy->entropy_count = 8 * (int)sizeof(words);
	entropy->buf_size = (int)sizeof(words);
	memcpy(entropy->buf, words, sizeof(words));
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, entropy) < 0 || ioctl(fd, RNDRESEEDCRNG) < 0)
		return err_sys(err, -errno, "seed the world's random numbers");

	return 0;
}
