// SPDX-License-Identifier: ISC
#include "traffic/transactions.h"

#include <criterion/criterion.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/util.h"
#include "tests/unit/transacting.h"

/* Each in its time, and after the one before. */
static void expect_in_turn(const char *name, const struct transaction_opts *opts,
			   const struct transaction_record *rec, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		cr_expect(rec[i].start_ns >= opts->start_ns && rec[i].start_ns < opts->end_ns,
			  "%s: %ju begins at %jd", name, (uintmax_t)i, (intmax_t)rec[i].start_ns);
		cr_expect_gt(rec[i].done_ns, rec[i].connected_ns, "%s: %ju", name, (uintmax_t)i);
		cr_expect(opts->connect_each ? rec[i].connected_ns > rec[i].start_ns
					     : rec[i].connected_ns == rec[i].start_ns,
			  "%s: %ju", name, (uintmax_t)i);
		if (i > 0 && !opts->connect_each && !opts->done_at_server)
			cr_expect_eq(rec[i].start_ns, rec[i - 1].done_ns, "%s: a pause before %ju",
				     name, (uintmax_t)i);
		else if (i > 0)
			cr_expect_gt(rec[i].start_ns, rec[i - 1].done_ns, "%s: %ju", name,
				     (uintmax_t)i);
	}
}

Test(transactions, complete)
{
	/* Sizes around what one call takes: the file's 1 MiB and the sink's 64 MiB. */
	static const struct {
		const char *name;
		bool connect_each, done_at_server;
		uint64_t request_bytes, response_bytes, n;
	} rows[] = {
		{ "none", false, false, 1, 1, 0 },
		{ "none, over connections", true, false, 1, 1, 0 },
		{ "the least by default", false, false, 0, 0, 100 },
		{ "done when the request is there", false, true, 1, 1, 100 },
		{ "uneven", false, false, 100, 20000, 100 },
		{ "large ones over one connection", false, false, 1 << 20, (1 << 20) + 1, 3 },
		{ "a connection each", true, false, 1, 1, 100 },
		{ "a connection each, done at the server", true, true, 1, 1, 100 },
		{ "flow to the server", true, true, 5000000, 1, 3 },
		{ "flow from the server", true, false, 1, (64 << 20) + 12345, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct client client = { .copy = -1 };
		struct transaction_opts opts = opts_for(&client, rows[i].n);
		auto_free struct transaction_record *rec = malloc((rows[i].n + 1) * sizeof(*rec));
		struct transaction_totals totals;
		struct err err;

		cr_assert(rec);
		memset(rec, 0xff, (rows[i].n + 1) * sizeof(*rec));
		opts.connect_each = rows[i].connect_each;
		opts.done_at_server = rows[i].done_at_server;
		opts.request_bytes = rows[i].request_bytes;
		opts.response_bytes = rows[i].response_bytes;
		cr_assert_eq(run_transactions(&opts, rec, &totals, &err), 0, "%s: %s", rows[i].name,
			     err.msg);
		cr_expect_eq(totals.completed, rows[i].n, "%s", rows[i].name);
		cr_expect_eq(totals.unfinished, 0, "%s", rows[i].name);
		cr_expect_eq(totals.request_bytes, rows[i].n * MAX(rows[i].request_bytes, 1), "%s",
			     rows[i].name);
		cr_expect_eq(totals.response_bytes, rows[i].n * MAX(rows[i].response_bytes, 1),
			     "%s", rows[i].name);
		cr_expect_eq(client.made, opts.connect_each ? rows[i].n : 1, "%s", rows[i].name);
		expect_in_turn(rows[i].name, &opts, rec, rows[i].n);
		cr_expect_eq(rec[rows[i].n].start_ns, -1, "%s: one record too many", rows[i].name);
	}
}

/* As many as there is time for, none of which begins when it is over. */
Test(transactions, until_the_end)
{
	enum { MANY = 100000 };
	static const struct {
		const char *name;
		bool connect_each;
		int64_t ns;
	} rows[] = {
		{ "kept", false, 20 * NSEC_PER_MSEC },
		{ "each", true, 20 * NSEC_PER_MSEC },
		{ "no time, kept", false, 0 },
		{ "no time, each", true, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct client client = { .copy = -1 };
		struct transaction_opts opts = opts_for(&client, MANY);
		auto_free struct transaction_record *rec = calloc(MANY, sizeof(*rec));
		struct transaction_totals totals;
		struct err err;

		cr_assert(rec);
		opts.connect_each = rows[i].connect_each;
		opts.end_ns = opts.start_ns + rows[i].ns;
		cr_assert_eq(run_transactions(&opts, rec, &totals, &err), 0, "%s: %s", rows[i].name,
			     err.msg);
		cr_expect(rows[i].ns ? totals.completed > 0 : totals.completed == 0, "%s: %ju",
			  rows[i].name, (uintmax_t)totals.completed);
		cr_assert_lt(totals.completed, MANY, "%s", rows[i].name);
		cr_expect_eq(totals.unfinished, 0, "%s", rows[i].name);
		cr_expect_eq(totals.response_bytes, totals.completed, "%s", rows[i].name);
		expect_in_turn(rows[i].name, &opts, rec, totals.completed);
		cr_expect_eq(rec[totals.completed].start_ns, 0, "%s", rows[i].name);
		if (totals.completed)
			cr_expect_geq(clock_ns(CLOCK_REALTIME), opts.end_ns, "%s", rows[i].name);
	}
}

/* None of few ports is still in use when its turn comes again. */
Test(transactions, ports_again)
{
	enum { N = 10 * PORTS };
	struct client client = { .copy = -1 };
	struct transaction_opts opts = opts_for(&client, N);
	struct transaction_record rec[N];
	struct transaction_totals totals;
	int listeners[PORTS];
	struct err err;

	/* All of them at once, so that they differ. */
	for (size_t i = 0; i < PORTS; i++) {
		struct sockaddr_storage a;

		listeners[i] = make_listener(&a);
		client.ports[i] = ((const struct sockaddr_in *)&a)->sin_port;
	}
	for (size_t i = 0; i < PORTS; i++)
		cr_assert_eq(close(listeners[i]), 0);
	opts.connect_each = true;
	cr_assert_eq(run_transactions(&opts, rec, &totals, &err), 0, "%s", err.msg);
	cr_expect_eq(totals.completed, N);
}

static int int_option(int fd, int level, int option)
{
	int value = -1;
	socklen_t len = sizeof(value);

	cr_assert_eq(getsockopt(fd, level, option, &value, &len), 0);

	return value;
}

Test(transactions, socket_options)
{
	static const uint64_t sizes[] = { 0, 300000 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct client client = { 0 };
		struct transaction_opts opts = opts_for(&client, 1);
		const int size = (int)sizes[i];
		/* What the test may, the transactions may. */
		bool may = size == 0 || setsockopt(opts.listener, SOL_SOCKET, SO_RCVBUFFORCE, &size,
						   sizeof(size)) == 0;
		struct transaction_totals totals;
		struct transaction_record rec;
		struct err err = { 0 };
		int ends[2];

		opts.congestion_control = "reno";
		opts.buffer_bytes = sizes[i];
		cr_assert_eq(run_transactions(&opts, &rec, &totals, &err), may ? 0 : -EPERM, "%s",
			     err.msg);
		if (!may)
			continue;
		ends[0] = opts.listener;
		ends[1] = client.copy;
		for (size_t k = 0; k < ARRAY_SIZE(ends); k++) {
			char cc[16] = "";
			socklen_t len = sizeof(cc);

			cr_expect_eq(int_option(ends[k], IPPROTO_TCP, TCP_NODELAY), 1);
			cr_expect_eq(getsockopt(ends[k], IPPROTO_TCP, TCP_CONGESTION, cc, &len), 0);
			cr_expect_str_eq(cc, "reno");
			if (size == 0)
				continue;
			cr_expect_eq(int_option(ends[k], SOL_SOCKET, SO_RCVBUF), 2 * size);
			cr_expect_eq(int_option(ends[k], SOL_SOCKET, SO_SNDBUF), 2 * size);
		}
	}
}
