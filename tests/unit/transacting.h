/* SPDX-License-Identifier: ISC */
/* Transactions over the loopback device. */
#ifndef DXEMU_TESTS_UNIT_TRANSACTING_H
#define DXEMU_TESTS_UNIT_TRANSACTING_H

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "base/clock.h"
#include "traffic/transactions.h"

#define AHEAD_NS (5 * NSEC_PER_MSEC)
#define HOUR_NS (3600 * NSEC_PER_SEC) /* what would wait for it, fails */

#define PORTS 4

static inline struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = port,
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* What client_socket() is to do, and has done. */
struct client {
	uint64_t made;
	const struct sock_fprog *filter; /* or NULL */
	uint16_t ports[PORTS];		 /* in network order, each in its turn; 0 = any */
	uint64_t fail_at;		 /* which one fails; 0 = none */
	int copy;			 /* of the last one, where wanted; else -1 */
};

static inline bool is_free(uint16_t port)
{
	const struct sockaddr_in a = loopback(port);
	auto_close int fd = socket(AF_INET, SOCK_STREAM, 0);

	return bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
}

static inline int client_socket(void *ctx, uint64_t i, struct err *err)
{
	struct client *client = ctx;
	struct sockaddr_in a = loopback(client->ports[i % PORTS]);
	auto_close int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (i != client->made++)
		return err_set(err, -EPROTO, "connection %ju out of turn", (uintmax_t)i);
	if (i && i == client->fail_at)
		return err_set(err, -EMFILE, "no socket for connection %ju", (uintmax_t)i);
	if (i && a.sin_port && !is_free(client->ports[(i - 1) % PORTS]))
		return err_set(err, -EADDRINUSE, "connection before %ju is still there",
			       (uintmax_t)i);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(err, -errno, "bind for connection %ju", (uintmax_t)i);
	if (client->filter && setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, client->filter,
					 sizeof(*client->filter)) < 0)
		return err_sys(err, -errno, "filter");
	if (client->copy == 0)
		client->copy = dup(fd);

	return take_fd(&fd);
}

/* A free port: its listener, which the test's process closes as it ends, and its address. */
static inline int make_listener(struct sockaddr_storage *ret_address)
{
	const struct sockaddr_in a = loopback(0);
	socklen_t len = sizeof(*ret_address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(fd, 8), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)ret_address, &len), 0);

	return fd;
}

static inline struct transaction_opts opts_for(struct client *client, uint64_t count_max)
{
	struct transaction_opts opts = {
		.client_socket = client_socket,
		.ctx = client,
		.count_max = count_max,
		.start_ns = clock_ns(CLOCK_REALTIME) + AHEAD_NS,
		.linger_ns = HOUR_NS,
	};

	opts.end_ns = opts.start_ns + HOUR_NS;
	opts.listener = make_listener(&opts.server);

	return opts;
}

static inline int run_transactions(const struct transaction_opts *opts,
				   struct transaction_record *rec, struct transaction_totals *ret,
				   struct err *err)
{
	struct transaction_run *run;
	int r = transactions_start(opts, rec, &run, err);

	return r < 0 ? r : transactions_finish(run, ret, err);
}

#endif
