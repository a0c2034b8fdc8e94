// SPDX-License-Identifier: ISC
#include "traffic/transactions.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "traffic/bulk_io.h"
#include "traffic/connection.h"

struct transaction_run {
	struct transaction_opts opts;
	struct transaction_record *rec;
	struct transaction_totals totals; /* completed and unfinished are transactions_finish()'s */
	uint64_t begun;
	pthread_t client, server;
	struct connection at_client, at_server;
	int client_error, server_error; /* -errno */
	struct err client_err;
	int file;
	void *sink;
};

static int connect_error(const struct transaction_opts *opts, int code, struct err *err)
{
	char host[INET6_ADDRSTRLEN] = "?", port[sizeof("65535")] = "?";

	(void)getnameinfo((const struct sockaddr *)&opts->server, sizeof(opts->server), host,
			  sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);

	return err_sys(err, code, "connect to %s port %s", host, port);
}

/* A new socket of the client's, not yet connected. */
static int open_client(struct transaction_run *run, uint64_t i, struct err *err)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	int fd = run->opts.client_socket(run->opts.ctx, i, err);

	if (fd < 0)
		return fd;
	if (!connection_set(&run->at_client, fd))
		return -ECANCELED;
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));

	return connection_prepare(fd, run->opts.congestion_control, run->opts.buffer_bytes, err);
}

static int connect_client(struct transaction_run *run, struct err *err)
{
	const struct sockaddr *server = (const struct sockaddr *)&run->opts.server;

	if (connect(run->at_client.fd, server, sizeof(run->opts.server)) < 0)
		return connect_error(&run->opts, -errno, err);

	return 0;
}

/* The request goes out and the response comes in, over the client's connection. */
static int exchange(struct transaction_run *run, uint64_t i, struct err *err)
{
	const struct transaction_opts *opts = &run->opts;
	int r = bulk_send(run->at_client.fd, run->file, opts->request_bytes);

	if (r == 0)
		r = bulk_receive(run->at_client.fd, run->sink, opts->response_bytes,
				 &run->totals.response_bytes);
	if (r < 0)
		return err_sys(err, r, "transaction %llu", (unsigned long long)i);
	if (!opts->done_at_server)
		run->rec[i].done_ns = clock_ns(CLOCK_REALTIME);

	return 0;
}

/* Returns 0 without having begun if it is too late. */
static int transact(struct transaction_run *run, uint64_t i, struct err *err)
{
	const struct transaction_opts *opts = &run->opts;
	struct transaction_record *rec = &run->rec[i];
	bool at_once = !opts->connect_each && !opts->done_at_server && i > 0;
	int64_t now;
	int r;

	if (opts->connect_each && (r = open_client(run, i, err)) < 0)
		return r;
	now = at_once ? rec[-1].done_ns : clock_ns(CLOCK_REALTIME);
	if (now >= opts->end_ns)
		return 0;

	run->begun = i + 1;
	rec->start_ns = rec->connected_ns = now;
	if (opts->connect_each) {
		rec->connected_ns = 0;
		r = connect_client(run, err);
		if (r < 0)
			return r;
		rec->connected_ns = clock_ns(CLOCK_REALTIME);
	}

	r = exchange(run, i, err);
	if (opts->connect_each)
		connection_close(&run->at_client);

	return r;
}

static int keep_connection(struct transaction_run *run, struct err *err)
{
	int r = open_client(run, 0, err);

	if (r == 0)
		r = connect_client(run, err);
	if (r < 0 && connection_is_cut(&run->at_client))
		(void)connect_error(&run->opts, -ETIMEDOUT, err);

	return r;
}

static void *client_thread(void *arg)
{
	struct transaction_run *run = arg;
	const struct transaction_opts *opts = &run->opts;
	struct err *err = &run->client_err;
	int r = 0;

	/* The default slack of 50 us would make the first one late by as much. */
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);

	if (!opts->connect_each)
		r = keep_connection(run, err);
	if (r == 0)
		clock_sleep_until(CLOCK_REALTIME, opts->start_ns);
	for (uint64_t i = 0; i < opts->count_max && r == 0; i++) {
		r = transact(run, i, err);
		if (run->begun == i)
			break;
	}
	connection_close(&run->at_client);
	/* A transaction that was cut off is no error; a connection that never came about is. */
	if (r < 0 && (run->begun == 0 || !connection_is_cut(&run->at_client)))
		run->client_error = err->code;

	return NULL;
}

static int serve(struct transaction_run *run, int fd, uint64_t i)
{
	const struct transaction_opts *opts = &run->opts;
	int r = bulk_receive(fd, run->sink, opts->request_bytes, &run->totals.request_bytes);

	if (r < 0)
		return r;
	if (opts->done_at_server && i < opts->count_max)
		run->rec[i].done_ns = clock_ns(CLOCK_REALTIME);

	return bulk_send(fd, run->file, opts->response_bytes);
}

static void *server_thread(void *arg)
{
	struct transaction_run *run = arg;
	uint64_t i = 0;

	for (;;) {
		int fd = accept4(run->opts.listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			run->server_error = -errno;
		if (fd < 0 || !connection_set(&run->at_server, fd))
			break;
		/* How a connection ends is the client's to judge. */
		while (serve(run, fd, i) == 0) {
			i++;
			if (run->opts.connect_each)
				break;
		}
	}
	if (connection_is_cut(&run->at_server))
		run->server_error = 0;
	else
		connection_cut(&run->at_client);
	connection_close(&run->at_server);

	return NULL;
}

static void free_run(struct transaction_run *run)
{
	if (run->file >= 0)
		(void)close(run->file);
	bulk_sink_free(run->sink);
	(void)pthread_mutex_destroy(&run->at_client.lock);
	(void)pthread_mutex_destroy(&run->at_server.lock);
	free(run);
}

static void stop_server(struct transaction_run *run)
{
	connection_cut(&run->at_server);
	(void)shutdown(run->opts.listener, SHUT_RDWR);
	(void)pthread_join(run->server, NULL);
}

static int start_threads(struct transaction_run *run)
{
	int r = pthread_create(&run->server, NULL, server_thread, run);

	if (r != 0)
		return -r;
	r = pthread_create(&run->client, NULL, client_thread, run);
	if (r != 0)
		stop_server(run);

	return -r;
}

int transactions_start(const struct transaction_opts *opts, struct transaction_record *rec,
		       struct transaction_run **ret, struct err *err)
{
	struct transaction_run *run;
	int r;

	if (opts->end_ns < opts->start_ns || opts->linger_ns < 0)
		return err_set(err, -EINVAL, "transactions that end before they begin");
	if (connection_prepare(opts->listener, opts->congestion_control, opts->buffer_bytes, err) <
	    0)
		return err->code;
	run = calloc(1, sizeof(*run));
	if (!run)
		return err_sys(err, -ENOMEM, "transactions");

	run->opts = *opts;
	run->opts.request_bytes = MAX(opts->request_bytes, 1);
	run->opts.response_bytes = MAX(opts->response_bytes, 1);
	run->rec = rec;
	memset(rec, 0, opts->count_max * sizeof(*rec));
	run->at_client = (struct connection)CONNECTION_NONE;
	run->at_server = (struct connection)CONNECTION_NONE;
	/* A connection that is cut off must not take the process with it. */
	(void)signal(SIGPIPE, SIG_IGN);

	run->sink = bulk_sink();
	run->file = bulk_file();
	r = !run->sink ? -ENOMEM : MIN(run->file, 0);
	if (r == 0)
		r = start_threads(run);
	if (r < 0) {
		free_run(run);
		return err_sys(err, r, "start transactions");
	}
	*ret = run;

	return 0;
}

int transactions_finish(struct transaction_run *run, struct transaction_totals *ret,
			struct err *err)
{
	const int64_t until = run->opts.end_ns + run->opts.linger_ns;
	const struct timespec t = { .tv_sec = until / NSEC_PER_SEC,
				    .tv_nsec = until % NSEC_PER_SEC };
	int r = 0;

	if (pthread_clockjoin_np(run->client, NULL, CLOCK_REALTIME, &t) != 0) {
		connection_cut(&run->at_client);
		(void)pthread_join(run->client, NULL);
	}
	stop_server(run);

	if (run->server_error < 0) {
		r = err_sys(err, run->server_error, "accept transactions");
	} else if (run->client_error < 0) {
		*err = run->client_err;
		r = run->client_error;
	} else {
		bool unfinished = run->begun && run->rec[run->begun - 1].done_ns == 0;

		run->totals.unfinished = unfinished;
		run->totals.completed = run->begun - unfinished;
		*ret = run->totals;
	}
	free_run(run);

	return r;
}
