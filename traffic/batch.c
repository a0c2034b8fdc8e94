// SPDX-License-Identifier: ISC
#include "traffic/batch.h"

#include <errno.h>

#include "base/util.h"

int batch_receive(int fd, struct batch *b, int flags)
{
	int n;

	for (size_t i = 0; i < BATCH; i++) {
		b->iov[i] = (struct iovec){ .iov_base = b->data[i], .iov_len = PROBE_BYTES };
		b->msgs[i].msg_hdr = (struct msghdr){
			.msg_name = &b->from[i],
			.msg_namelen = sizeof(b->from[i]),
			.msg_iov = &b->iov[i],
			.msg_iovlen = 1,
			.msg_control = &b->control[i],
			.msg_controllen = sizeof(b->control[i]),
		};
	}
	do {
		n = recvmmsg(fd, b->msgs, BATCH, flags, NULL);
	} while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : n;
}

int batch_send_back(int fd, struct batch *b, int n)
{
	for (int i = 0; i < n; i++)
		b->msgs[i].msg_hdr.msg_controllen = 0;
	for (int done = 0; done < n;) {
		int r = sendmmsg(fd, b->msgs + done, (unsigned)(n - done), 0);

		if (r < 0 && errno != EINTR)
			return -errno;
		done += MAX(r, 0);
	}

	return 0;
}
