// SPDX-License-Identifier: ISC
#include "traffic/mtu_prober.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h>

#include "base/clock.h"
#include "base/util.h"
#include "traffic/mtu_packet.h"
#include "traffic/mtu_search.h"

/* A payload that no device takes, not even loopback with its MTU of 65536. */
#define TOO_LARGE 65535

/* What ICMP told of an earlier packet comes out of send() once, in place of it; a failure of its own repeats. */
#define SEND_TRIES 3

/* Not const, so as not to be 64 KiB of the program's file. */
static uint8_t zeros[TOO_LARGE];

int mtu_prober_mode(struct mtu_prober *p, bool heed, struct err *err)
{
	/* Both set DF; the latter does not look at the route's MTU. */
	const int mode = heed ? IP_PMTUDISC_DO : IP_PMTUDISC_PROBE, on = 1;

	if (setsockopt(p->fd, IPPROTO_IP, IP_MTU_DISCOVER, &mode, sizeof(mode)) < 0 ||
	    setsockopt(p->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)) < 0)
		return err_sys(err, -errno, "options of a path MTU probe");
	p->heeds = heed;
	p->told = MTU_NOT_TOLD;
	p->size = 0;

	return 0;
}

static void note_error(struct mtu_prober *p, const struct sock_extended_err *e)
{
	if (e->ee_errno == EMSGSIZE && e->ee_info >= PLPMTUD_MIN)
		p->told = MIN(p->told, e->ee_info);
	if (e->ee_origin == SO_EE_ORIGIN_ICMP && e->ee_type == ICMP_DEST_UNREACH &&
	    e->ee_code == ICMP_FRAG_NEEDED)
		p->icmp = true;
}

/* Empties the error queue, without which poll() would not wait. */
static void take_errors(struct mtu_prober *p)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(struct sock_extended_err) + sizeof(struct sockaddr_in))];
	} control;
	struct msghdr msg = { .msg_control = &control };

	for (;;) {
		msg.msg_controllen = sizeof(control);
		if (recvmsg(p->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
			struct sock_extended_err e;

			if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR)
				continue;
			memcpy(&e, CMSG_DATA(c), sizeof(e));
			note_error(p, &e);
		}
	}
}

/* True if one of them says that a probe of the size in hand arrived as such. */
static bool take_replies(struct mtu_prober *p)
{
	uint8_t buf[MTU_REPLY_BYTES];
	bool arrived = false;
	uint32_t ip_bytes;
	uint64_t seq;
	ssize_t n;

	while ((n = recv(p->fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC)) >= 0)
		if (mtu_reply_read(buf, (size_t)n, &seq, &ip_bytes) && seq >= p->first &&
		    seq < p->next && ip_bytes == p->size)
			arrived = true;

	return arrived;
}

/* 0, also where the host itself lost it; or -errno, -EMSGSIZE if it refused the size. */
static int send_payload(struct mtu_prober *p, size_t bytes)
{
	uint8_t head[MTU_PROBE_HEAD];
	struct iovec iov[] = { { head, sizeof(head) }, { zeros, bytes - sizeof(head) } };
	const struct msghdr msg = { .msg_iov = iov, .msg_iovlen = ARRAY_SIZE(iov) };
	int error = 0;

	mtu_probe_write(head, p->next);
	for (unsigned i = 0; i < SEND_TRIES; i++) {
		if (sendmsg(p->fd, &msg, MSG_DONTWAIT) >= 0) {
			p->next++;
			p->sent++;
			return 0;
		}
		error = errno;
		take_errors(p);
	}

	return error == EAGAIN || error == ENOBUFS ? 0 : -error;
}

static int await_fate(struct mtu_prober *p, enum mtu_fate *ret)
{
	const int64_t deadline = clock_ns(CLOCK_MONOTONIC) + p->timeout_ns;
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };

	for (;;) {
		const int64_t left = deadline - clock_ns(CLOCK_MONOTONIC);
		const struct timespec t = { .tv_sec = left / NSEC_PER_SEC,
					    .tv_nsec = left % NSEC_PER_SEC };

		if (left <= 0) {
			*ret = MTU_LOST;
			return 0;
		}
		if (ppoll(&fd, 1, &t, NULL) < 0 && errno != EINTR)
			return -errno;
		/* A socket that is shut down or closed would be ready for ever. */
		if (fd.revents & (POLLHUP | POLLNVAL))
			return -EBADF;
		take_errors(p);
		if (take_replies(p)) {
			*ret = MTU_ARRIVED;
			return 0;
		}
		if (p->heeds && p->told < p->size) {
			*ret = MTU_TOO_BIG;
			return 0;
		}
	}
}

int mtu_probe(struct mtu_prober *p, unsigned size, enum mtu_fate *ret, struct err *err)
{
	enum mtu_fate fate = MTU_LOST;
	const unsigned sent = p->sent;
	int r;

	if (size != p->size) {
		p->size = size;
		p->first = p->next;
	}
	r = send_payload(p, size - IP_UDP_HEADERS);
	if (r == 0)
		r = await_fate(p, &fate);
	else if (r == -EMSGSIZE)
		fate = p->heeds && p->told < size ? MTU_TOO_BIG : MTU_LOST;
	if (r < 0 && r != -EMSGSIZE)
		return err_sys(err, r, "path MTU probe of %u bytes", size);
	if (fate != MTU_ARRIVED)
		p->lost += p->sent - sent;
	*ret = fate;

	return 0;
}

int mtu_prober_device(struct mtu_prober *p, unsigned *ret, struct err *err)
{
	socklen_t len = sizeof(int);
	int mtu = 0, r;

	if (mtu_prober_mode(p, false, err) < 0)
		return err->code;
	/* Refused, with the reason. */
	r = send_payload(p, TOO_LARGE);
	if (r < 0 && r != -EMSGSIZE)
		return err_sys(err, r, "MTU of the sender's device");
	if (p->told != MTU_NOT_TOLD) {
		*ret = p->told;
		return 0;
	}
	if (getsockopt(p->fd, IPPROTO_IP, IP_MTU, &mtu, &len) < 0)
		return err_sys(err, -errno, "MTU of the sender's device");
	if (mtu < PLPMTUD_MIN)
		return err_set(err, -EIO, "the sender's device has an MTU of %d bytes", mtu);
	*ret = (unsigned)mtu;

	return 0;
}
