// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/util.h"
#include "tests/unit/transacting.h"
#include "traffic/transactions.h"

/* Filters at the sockets play a link on which data is lost, or everything. */
Test(transactions_broken, unfinished)
{
	struct sock_filter no_data[] = {
		/* Of the TCP header, the length (in words of 4 bytes, in the upper half of byte 12). */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 12),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
		BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 2),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT16_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	const struct sock_fprog lose_data = { ARRAY_SIZE(no_data), no_data };
	const struct sock_fprog lose_all = { ARRAY_SIZE(nothing), nothing };
	const struct {
		const char *name;
		const struct sock_fprog *at_server, *at_client;
		bool connect_each, done_at_server;
		int r;
		uint64_t completed, requests;
		bool connected;
	} rows[] = {
		{ "no request", &lose_data, NULL, false, false, 0, 0, 0, true },
		{ "no request, each", &lose_data, NULL, true, true, 0, 0, 0, true },
		{ "no response", NULL, &lose_data, true, false, 0, 0, 1, true },
		{ "no response needed", NULL, &lose_data, false, true, 0, 1, 1, true },
		{ "no response needed, each", NULL, &lose_data, true, true, 0, 1, 1, true },
		{ "no connection", &lose_all, NULL, true, false, 0, 0, 0, false },
		{ "none to keep", &lose_all, NULL, false, false, -ETIMEDOUT, 0, 0, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct client client = { .copy = -1, .filter = rows[i].at_client };
		struct transaction_opts opts = opts_for(&client, 3);
		struct transaction_totals totals = { 0 };
		struct transaction_record rec[3];
		struct err err = { 0 };

		if (rows[i].at_server)
			cr_assert_eq(setsockopt(opts.listener, SOL_SOCKET, SO_ATTACH_FILTER,
						rows[i].at_server, sizeof(*rows[i].at_server)),
				     0);
		opts.connect_each = rows[i].connect_each;
		opts.done_at_server = rows[i].done_at_server;
		opts.end_ns = opts.start_ns + 10 * NSEC_PER_MSEC;
		opts.linger_ns = 20 * NSEC_PER_MSEC;
		cr_expect_eq(run_transactions(&opts, rec, &totals, &err), rows[i].r, "%s: %s",
			     rows[i].name, err.msg);
		cr_expect_geq(clock_ns(CLOCK_REALTIME), opts.end_ns + opts.linger_ns, "%s",
			      rows[i].name);
		if (rows[i].r < 0)
			continue;
		cr_expect_eq(totals.completed, rows[i].completed, "%s", rows[i].name);
		cr_expect_eq(totals.unfinished, 1 - rows[i].completed, "%s", rows[i].name);
		cr_expect_eq(totals.request_bytes, rows[i].requests, "%s", rows[i].name);
		cr_expect_eq(totals.response_bytes, 0, "%s", rows[i].name);
		cr_expect_geq(rec[0].start_ns, opts.start_ns, "%s", rows[i].name);
		cr_expect_eq(rec[0].connected_ns > 0, rows[i].connected, "%s", rows[i].name);
		cr_expect_eq(rec[0].done_ns > 0, rows[i].completed, "%s", rows[i].name);
		cr_expect_eq(rec[1].start_ns, 0, "%s", rows[i].name);
	}
}

/* Told at once, not at the end of the linger. */
Test(transactions_broken, nobody_listens)
{
	for (int each = 0; each <= 1; each++) {
		struct client client = { .copy = -1 };
		struct transaction_opts opts = opts_for(&client, 3);
		struct transaction_totals totals = { .completed = 42 };
		struct transaction_record rec[3];
		struct err err = { 0 };
		char says[80];

		cr_assert_eq(close(make_listener(&opts.server)), 0);
		opts.connect_each = each;
		(void)snprintf(says, sizeof(says), "connect to 127.0.0.1 port %u: %s",
			       ntohs(((const struct sockaddr_in *)&opts.server)->sin_port),
			       "Connection refused");
		cr_expect_eq(run_transactions(&opts, rec, &totals, &err), -ECONNREFUSED);
		cr_expect_str_eq(err.msg, says);
		cr_expect_eq(totals.completed, 42);
	}
}

Test(transactions_broken, no_more_sockets)
{
	struct client client = { .copy = -1, .fail_at = 2 };
	struct transaction_opts opts = opts_for(&client, 5);
	struct transaction_totals totals;
	struct transaction_record rec[5];
	struct err err = { 0 };

	opts.connect_each = true;
	cr_expect_eq(run_transactions(&opts, rec, &totals, &err), -EMFILE);
	cr_expect_str_eq(err.msg, "no socket for connection 2");
	cr_expect_gt(rec[1].done_ns, 0);
	cr_expect_eq(rec[2].start_ns, 0);
}

/* The test itself is the server, answers once, and hangs up instead of answering again. */
Test(transactions_broken, connection_breaks)
{
	struct client client = { .copy = -1 };
	struct transaction_opts opts = opts_for(&client, 5);
	int listener = make_listener(&opts.server), fd;
	struct transaction_totals totals;
	struct transaction_record rec[5];
	struct transaction_run *run;
	struct err err = { 0 };
	char byte;

	cr_assert_eq(transactions_start(&opts, rec, &run, &err), 0, "%s", err.msg);
	fd = accept(listener, NULL, NULL);
	cr_assert_eq(recv(fd, &byte, 1, 0), 1);
	cr_assert_eq(send(fd, &byte, 1, 0), 1);
	cr_assert_eq(recv(fd, &byte, 1, 0), 1);
	cr_assert_eq(close(fd), 0);
	cr_expect_eq(transactions_finish(run, &totals, &err), -ECONNRESET);
	cr_expect_str_eq(err.msg, "transaction 1: Connection reset by peer");
	cr_expect_gt(rec[0].done_ns, 0);
	cr_expect_eq(rec[1].done_ns, 0);
}

Test(transactions_broken, refused)
{
	static const struct {
		struct transaction_opts opts;
		bool no_listener;
		int r;
		const char *says;
	} rows[] = {
		{ { .start_ns = 2, .end_ns = 1 },
		  false,
		  -EINVAL,
		  "transactions that end before they begin" },
		{ { .linger_ns = -1 }, false, -EINVAL, "transactions that end before they begin" },
		{ { .congestion_control = "nonesuch" },
		  false,
		  -ENOENT,
		  "congestion control 'nonesuch': No such file or directory" },
		{ { 0 }, true, -EBADF, "a socket for transactions: Bad file descriptor" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct transaction_opts opts = rows[i].opts;
		struct transaction_run *run = NULL;
		struct transaction_record rec;
		struct err err = { 0 };

		opts.listener = rows[i].no_listener ? -1 : make_listener(&opts.server);
		cr_expect_eq(transactions_start(&opts, &rec, &run, &err), rows[i].r, "row %zu", i);
		cr_expect_str_eq(err.msg, rows[i].says);
		cr_expect_null(run);
	}
}
