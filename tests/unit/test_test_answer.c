// SPDX-License-Identifier: ISC
#include "emul/test_answer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"
#include "tests/unit/test_answers.h"

static const struct stay some_stay = { .virtual_s = 12.5, .kernel = "6.12.1" };

/* Cells that tell table, row and column apart, as their kinds allow it; every seventh was not measured. */
static void some_row(enum table_id id, unsigned number, double *row)
{
	for (unsigned i = 0; i < table_kinds[id].n_columns; i++) {
		const struct table_column *c = &table_kinds[id].columns[i];

		if ((number + i) % 7 == 6)
			row[i] = NAN;
		else if (c->kind == CELL_NAME)
			row[i] = (number + i) % c->n_names;
		else if (c->kind == CELL_COUNT || c->kind == CELL_BYTES)
			row[i] = 0x1p53 - number - i;
		else
			row[i] = 1e9 / 3 + id * 1000 + number + i / 100.0;
	}
}

static void expect_rows(const struct table *t, enum table_id id, unsigned n)
{
	cr_assert_eq(t->n_rows, n, "%s", table_kinds[id].name);
	for (unsigned k = 0; k < n; k++) {
		double row[TABLE_COLUMNS_MAX];
		const double *got = table_row(t, id, k);

		some_row(id, k, row);
		for (unsigned i = 0; i < table_kinds[id].n_columns; i++)
			cr_expect(isnan(row[i]) ? isnan(got[i]) : got[i] == row[i],
				  "%s, row %u, column %u: %.17g", table_kinds[id].name, k, i,
				  got[i]);
	}
}

/* The world's side, in a process of its own: what it sends may be more than a pipe holds. */
static int tell(int fd, bool stream, unsigned n_rows, const struct probe_record *rec, uint64_t n)
{
	struct rows rows = { .channel = fd, .stream = stream };
	struct err err;
	int r = 0;

	for (unsigned k = 0; k < n_rows && r == 0; k++)
		for (enum table_id id = 0; id < TABLE_COUNT && r == 0; id++) {
			double row[TABLE_COLUMNS_MAX];

			some_row(id, k, row);
			r = rows_add(&rows, id, row, &err);
		}
	if (r == 0)
		r = rows_finish(&rows, rec, n, &some_stay, &err);
	rows_free(&rows);

	return r;
}

static int pass(bool stream, unsigned n_rows, const struct probe_record *rec, uint64_t n,
		struct test_reader *r)
{
	struct frame_reader frames = { 0 };
	int fds[2], got = 1, status;
	pid_t pid;

	cr_assert_eq(pipe(fds), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		close(fds[0]);
		_exit(tell(fds[1], stream, n_rows, rec, n) == 0 ? 0 : 1);
	}
	close(fds[1]);
	while (got > 0)
		got = frame_read(&frames, fds[0], test_on_frame, r);
	close(fds[0]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	if (got == 0)
		cr_expect_eq(status, 0);
	frame_reader_free(&frames);

	return got;
}

/* Rows as they come and at the end; records: none, one, and more than go into one frame of 1 MiB. */
Test(test_answer, round_trip)
{
	static const struct {
		bool stream;
		unsigned rows;
		uint64_t probes;
	} rows[] = {
		{ false, 0, 0 }, { false, 1, 1 }, { false, 40, 100000 },
		{ true, 0, 1 },	 { true, 40, 0 }, { true, 3, 32768 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint64_t n = rows[i].probes;
		struct probe_record *rec = calloc(n + 1, sizeof(*rec));
		struct test_result result;
		struct test_reader r;

		for (uint64_t k = 0; k < n; k++)
			rec[k] = (struct probe_record){ (int64_t)k, -1, 0, INT64_MAX };
		reader_init(&r, &result);
		cr_assert_eq(pass(rows[i].stream, rows[i].rows, rec, n, &r), 0, "%zu", i);
		cr_expect(r.complete, "%zu", i);
		for (enum table_id id = 0; id < TABLE_COUNT; id++)
			expect_rows(&result.tables[id], id, rows[i].rows);
		cr_expect_eq(result.n_probes, n);
		cr_expect(n == 0 || memcmp(result.probes, rec, n * sizeof(*rec)) == 0, "%zu", i);
		cr_expect_eq(r.stay.virtual_s, 12.5);
		cr_expect_str_eq(r.stay.kernel, "6.12.1");
		result_free(&result);
		free(rec);
	}
}

/* Without records (NULL) the number of probes tells nothing. */
Test(test_answer, probes_not_wanted)
{
	struct test_result result;
	struct test_reader r;

	reader_init(&r, &result);
	cr_expect_eq(pass(false, 1, NULL, 1000, &r), 0);
	cr_expect(r.complete);
	cr_expect_eq(result.n_probes, 0);
	result_free(&result);
}

struct seen {
	enum table_id ids[8];
	double first[8];
	unsigned n, fail_at;
};

static int on_row(void *ctx, enum table_id id, const double *row)
{
	struct seen *s = ctx;

	s->ids[s->n] = id;
	s->first[s->n++] = row[1];

	return s->n == s->fail_at ? -EPIPE : 0;
}

/* The callback sees rows in the order they were sent, whatever their tables, each after it was kept. */
Test(test_answer, stream_order)
{
	static const char *const sent[] = {
		BURSTS("0,1,1,5"),
		"{\"table\":\"losses\",\"row\":[1,2,0,0,0,0,0,0,0]}",
		BURSTS("0,3,3,5"),
		"{\"table\":\"losses\",\"row\":[0,4,0,0,0,0,0,0,null]}",
	};
	static const enum table_id ids[] = { TABLE_UDP_BURSTS, TABLE_LOSSES, TABLE_UDP_BURSTS,
					     TABLE_LOSSES };

	for (unsigned fail_at = 0; fail_at <= ARRAY_SIZE(sent); fail_at++) {
		struct seen seen = { .fail_at = fail_at };
		struct test_result result;
		struct test_reader r;

		reader_init(&r, &result);
		r.on_row = on_row;
		r.ctx = &seen;
		for (unsigned i = 0; i < ARRAY_SIZE(sent) && seen.n == i; i++) {
			/* What the callback returns ends it. */
			cr_expect_eq(frame(&r, FRAME_ROW, sent[i]), i + 1 == fail_at ? -EPIPE : 0);
			cr_expect_eq(seen.n, i + 1);
			cr_expect_eq(seen.ids[i], ids[i]);
			cr_expect_eq(seen.first[i], i + 1);
			cr_expect_eq(result.tables[TABLE_UDP_BURSTS].n_rows +
					     result.tables[TABLE_LOSSES].n_rows,
				     i + 1);
		}
		/* A row that is none is not told. */
		cr_expect_eq(frame(&r, FRAME_ROW, BURSTS("0,-1,1,5")), -EPROTO);
		cr_expect_eq(seen.n, ARRAY_SIZE(sent));
		result_free(&result);
	}
}

/* With @stream a row is on the line when rows_add() returns; without it none is until the end. */
Test(test_answer, as_they_come)
{
	for (size_t stream = 0; stream < 2; stream++) {
		struct rows rows = { .stream = stream };
		const double row[] = { 0, 1, 1, 5 };
		struct frame_reader frames = { 0 };
		struct test_result result;
		struct test_reader r;
		struct err err;
		int fds[2];

		reader_init(&r, &result);
		cr_assert_eq(pipe(fds), 0);
		rows.channel = fds[1];
		cr_assert_eq(rows_add(&rows, TABLE_UDP_BURSTS, row, &err), 0);
		cr_expect_eq(rows.tables[TABLE_UDP_BURSTS].n_rows, !stream);
		/* So that there is something to read in either case. */
		cr_assert_eq(frame_send(fds[1], FRAME_STDOUT, "x", 1), 0);
		cr_expect_eq(frame_read(&frames, fds[0], test_on_frame, &r), 1);
		cr_expect_eq(result.tables[TABLE_UDP_BURSTS].n_rows, stream);
		close(fds[1]);
		close(fds[0]);
		frame_reader_free(&frames);
		rows_free(&rows);
		cr_expect_eq(rows.tables[TABLE_UDP_BURSTS].n_rows, 0);
		result_free(&result);
	}
}

/* A method that has gone wrong is stopped on its own side. */
Test(test_answer, senseless_rows)
{
	static const struct {
		const char *what;
		double row[4];
	} rows[] = {
		{ "no direction", { 2, 1, 1, 5 } },
		{ "negative", { 0, -1, 1, 5 } },
		{ "a fraction", { 0, 1.5, 1, 5 } },
		{ "infinite", { 0, 1, 1, INFINITY } },
	};
	struct rows to = { .channel = -1 };
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(rows_add(&to, TABLE_UDP_BURSTS, rows[i].row, &err), -EPROTO, "%s",
			     rows[i].what);
	cr_expect(strstr(err.msg, "udp_bursts"), "%s", err.msg);
	cr_expect_eq(to.tables[TABLE_UDP_BURSTS].n_rows, 0);
}

/* Nobody reads any more. */
Test(test_answer, closed_line)
{
	const double row[] = { 0, 1, 1, 5 };
	struct rows rows = { .channel = -1, .stream = true };
	struct err err;

	cr_expect_eq(rows_add(&rows, TABLE_UDP_BURSTS, row, &err), -EBADF);
	cr_expect(strstr(err.msg, "udp_bursts"), "%s", err.msg);
	cr_expect_eq(rows_finish(&rows, NULL, 0, &some_stay, &err), -EBADF);
	rows.stream = false;
	cr_expect_eq(rows_add(&rows, TABLE_UDP_BURSTS, row, &err), 0);
	cr_expect_eq(rows_finish(&rows, NULL, 0, &some_stay, &err), -EBADF);
	rows_free(&rows);
}
