// SPDX-License-Identifier: ISC
/* Requests and responses: on one connection (rr), each on its own (crr), or flows of a size (fct). */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "emul/ends.h"
#include "emul/testing.h"
#include "traffic/stats.h"
#include "traffic/transaction_stats.h"
#include "traffic/transactions.h"

#define PORT_SERVER 5202
/* Client ports follow each other, so that runs repeat and a port rests before it is used again. */
#define CLIENT_PORTS 16384

/* Records there is room for; 1 kB/s of them would last a quarter of an hour. */
#define TRANSACTIONS_MAX 1000000

static int client_socket(void *ctx, uint64_t i, struct err *err)
{
	(void)ctx;

	return bound_socket(&sender_of[TO_VPC], SOCK_STREAM,
			    (uint16_t)(PORT_SENDER + i % CLIENT_PORTS), err);
}

static int server_socket(struct err *err)
{
	auto_close int fd = bound_socket(&sender_of[TO_ONPREM], SOCK_STREAM, PORT_SERVER, err);

	if (fd < 0)
		return fd;
	if (listen(fd, SOMAXCONN) < 0)
		return err_sys(err, -errno, "listen");

	return take_fd(&fd);
}

static struct sockaddr_storage server_address(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PORT_SERVER) };
	struct sockaddr_storage ret = { 0 };

	(void)inet_pton(AF_INET, sender_of[TO_ONPREM].addr, &a.sin_addr);
	memcpy(&ret, &a, sizeof(a));

	return ret;
}

static struct transaction_opts options_of(const struct testing *g, int listener)
{
	const struct test *t = g->t;
	struct transaction_opts opts = {
		.listener = listener,
		.server = server_address(),
		.client_socket = client_socket,
		.connect_each = t->kind != TEST_RR,
		.request_bytes = t->request_bytes,
		.response_bytes = t->response_bytes,
		.count_max = t->count ? MIN(t->count, TRANSACTIONS_MAX) : TRANSACTIONS_MAX,
		.linger_ns = testing_linger_ns(g->p),
		.congestion_control = t->congestion_control,
	};

	if (t->kind == TEST_FCT) {
		opts.done_at_server = t->dir[TO_VPC];
		opts.request_bytes = t->dir[TO_VPC] ? t->size_bytes : 1;
		opts.response_bytes = t->dir[TO_VPC] ? 1 : t->size_bytes;
	}

	return opts;
}

static int tell(struct testing *g, const struct transaction_record *rec,
		const struct transaction_totals *totals, int64_t from, int64_t to, struct err *err)
{
	auto_free int64_t *ns = calloc(totals->completed + 1, sizeof(*ns));

	if (!ns)
		return err_sys(err, -ENOMEM, "durations");
	for (enum transaction_part part = 0; part < TRANSACTION_PART_COUNT; part++) {
		size_t n = transaction_durations(rec, totals->completed, part, ns);
		double us[QUANTILE_COUNT];
		struct quantiles q;

		/* Of one connection that was there before there is nothing to tell apart. */
		if (g->t->kind == TEST_RR && part != TRANSACTION_ALL)
			continue;
		stats_quantiles(ns, n, 0, &q);
		for (enum quantile i = 0; i < QUANTILE_COUNT; i++)
			us[i] = q.have & 1U << i ? (double)q.ns[i] / 1e3 : NAN;
		if (ROW(g, TABLE_TRANSACTIONS, err, part, (double)totals->completed,
			(double)totals->unfinished,
			part == TRANSACTION_ALL ? transaction_rate(rec, totals->completed, from, to)
						: NAN,
			us[Q_MIN], us[Q_P50], us[Q_P90], us[Q_P99], us[Q_P999], us[Q_MAX]) < 0)
			return err->code;
	}

	return 0;
}

int test_transactions(struct testing *g, struct err *err)
{
	auto_close int listener = server_socket(err);
	auto_free struct transaction_record *rec = NULL;
	struct transaction_totals totals;
	struct transaction_opts opts;
	struct transaction_run *run;

	if (listener < 0)
		return listener;
	opts = options_of(g, listener);
	rec = calloc(opts.count_max, sizeof(*rec));
	if (!rec)
		return err_sys(err, -ENOMEM, "records of transactions");
	opts.start_ns = begin_at_round_time() + TESTING_SETTLE_NS;
	opts.end_ns = opts.start_ns + (int64_t)(g->t->duration_s * 1e9);
	if (transactions_start(&opts, rec, &run, err) < 0)
		return err->code;
	if (!g->t->count)
		testing_wait(g, opts.end_ns);
	if (transactions_finish(run, &totals, err) < 0)
		return err->code;
	/* So many of them take as long as they take. */
	if (totals.completed && totals.completed == g->t->count)
		opts.end_ns = rec[totals.completed - 1].done_ns + 1;

	return tell(g, rec, &totals, opts.start_ns, opts.end_ns, err);
}
