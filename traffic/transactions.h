/* SPDX-License-Identifier: ISC */
/*
 * TCP transactions between two hosts, one after the other: a request, and the response to all of it. Given
 * sockets, knows no namespace and no link. One engine for
 *
 *   request/response rate over one connection	the default (what netperf calls TCP_RR)
 *   connect, request, response			connect_each (TCP_CRR)
 *   flow completion time			connect_each, and the flow's size as request_bytes with
 *						done_at_server, or as response_bytes without
 *
 * Nagle's algorithm is off at both ends (TCP_NODELAY). Each end reads as data comes, so that a receive window
 * which the kernel sizes by itself opens as it would for any program that keeps up.
 *
 * The client ends a connection, by a reset (SO_LINGER of 0), as soon as it has all of the response; the server lets
 * go of one when it has accepted the next, or at the end. So nobody waits for a tear-down, which a loss would make
 * part of the next transaction's time, and no TIME_WAIT keeps a port: a few of them serve any number of connections.
 * A reset that is lost does no harm, unless the very next connection has the same port.
 */
#ifndef DXEMU_TRAFFIC_TRANSACTIONS_H
#define DXEMU_TRAFFIC_TRANSACTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

/*
 * Makes the client's socket for connection @i, counted from 0: TCP, blocking, not connected, bound as wanted; it
 * is closed by whoever called. Runs in a thread of the transactions. Where runs are to be the same, it binds a
 * port that follows from @i: the kernel's own choices are random. Not the port of the connection before, which
 * the server still knows if the reset was lost or overtaken.
 */
typedef int (*transaction_socket_fn)(void *ctx, uint64_t i, struct err *err);

struct transaction_opts {
	int listener; /* bound and listening, for this alone; owned by the caller, of no use to it after */
	struct sockaddr_storage server; /* where the client connects to */
	transaction_socket_fn client_socket;
	void *ctx;

	bool connect_each; /* a new connection for each transaction */
	bool done_at_server; /* a transaction is complete when the server has the request, all of it */
	uint64_t request_bytes, response_bytes; /* 0 = 1 */
	uint64_t count_max;			/* transactions */
	int64_t start_ns;			/* CLOCK_REALTIME: none begins before ... */
	int64_t end_ns;				/* ... nor at or after */
	int64_t linger_ns;			/* from end_ns: when the one under way is cut off */
	const char *
		congestion_control; /* of both ends, kept until the finish; NULL = the hosts' own */
	uint64_t buffer_bytes; /* of each socket, both ways (needs CAP_NET_ADMIN); 0 = the kernel's autotuning */
};

/*
 * Readings of CLOCK_REALTIME, which both ends share; there are no others, since each moves virtual time. Over a kept
 * connection, a transaction begins in the instant in which the client has had the response to the one before.
 */
struct transaction_record {
	int64_t start_ns; /* connect() is called, or the request sent where the connection is kept */
	int64_t connected_ns; /* connect() has returned; start_ns where the connection is kept */
	/* The last byte has been read: of the response by the client or, done_at_server, of the request. 0 = not. */
	int64_t done_ns;
};

struct transaction_totals {
	uint64_t completed;
	uint64_t unfinished;	 /* begun and cut off: 0 or 1 */
	uint64_t request_bytes;	 /* read by the server */
	uint64_t response_bytes; /* read by the client */
};

struct transaction_run;

/*
 * transactions_start() - starts a client and a server thread, which inherit the caller's scheduling: PRIORITY_PROBE
 * where they measure, PRIORITY_LOAD where they are load (base/thread.h). A connection that is to be kept is made
 * now, so that it is there at start_ns.
 * @rec: room for @opts->count_max records, which are the threads' until transactions_finish()
 *
 * -EINVAL: @opts contradict themselves; else what the system says to the options of the listener.
 *
 * transactions_finish() - waits until count_max are completed or time is over, at the latest until end_ns + linger_ns,
 * and cuts off what is not complete then. Always frees @run. @rec holds the completed ones, in order, and after
 * them the unfinished one, whose done_ns is 0.
 *
 * What fails in between is told here: no socket, no connection (with the address), a connection that breaks;
 * -ETIMEDOUT: a connection that is to be kept was not there in time.
 */
int transactions_start(const struct transaction_opts *opts, struct transaction_record *rec,
		       struct transaction_run **ret, struct err *err);
int transactions_finish(struct transaction_run *run, struct transaction_totals *ret,
			struct err *err);

#endif
