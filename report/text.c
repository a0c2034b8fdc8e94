// SPDX-License-Identifier: ISC
#include "report/report.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/util.h"
#include "report/format.h"
#include "report/verdict.h"

/*
 * Figures are rows and links are columns. The other way round a link's fifteen cells do not fit
 * into a line of 100, while four links do; and one compares a figure across links, which then stand
 * side by side. More links follow in further blocks of equal columns; a name wider than its column
 * wraps.
 */
#define WIDTH 100
#define LABEL_WIDTH 12
#define LINKS_ABREAST 4
#define GAP 1
#define CELL_MIN 12 /* "9.390 Gbit/s" */

enum mark {
	MARK_NONE,
	MARK_FEW,
	MARK_LOST,
	MARK_WRONG,
	MARK_COUNT,
};

static const struct {
	char sign;
	const char *note;
} marks[] = {
	[MARK_NONE] = { ' ', NULL },
	[MARK_FEW] = { '*', "too few samples: fewer than ten beyond a percentile, or fewer than 20 "
			    "loss episodes to expect" },
	[MARK_LOST] = { '!', "of received probes; with lost ones as infinite delay it would be "
			     "infinite" },
	[MARK_WRONG] = { '#', "this link is not what its profile asks for" },
};
static_assert(ARRAY_SIZE(marks) == MARK_COUNT, "a sign for each mark");

struct cell {
	char text[32]; /* empty: not measured */
	enum mark mark;
};

struct row {
	const char *heading; /* NULL: belongs to the row above */
	const char *label;
	void (*fill)(const struct link_result *l, const struct row *row, struct cell *cell);
	enum phase phase;
	enum dir dir;
	enum quantile q;
};

static const struct tcp_stats *tcp_of(const struct link_result *l, enum dir d)
{
	const struct phase_result *p =
		&l->phase[d == TO_VPC ? PHASE_LOADED_TO_VPC : PHASE_LOADED_TO_ONPREM];

	return p->done && p->tcp.measured ? &p->tcp : NULL;
}

static void fill_goodput(const struct link_result *l, const struct row *row, struct cell *cell)
{
	const struct tcp_stats *tcp = tcp_of(l, row->dir);

	if (!tcp)
		return;
	format_bit_rate(tcp->goodput_bps, cell->text, sizeof(cell->text));
	if (tcp->few)
		cell->mark = MARK_FEW;
}

static void fill_move(const struct link_result *l, const struct row *row, struct cell *cell)
{
	const struct tcp_stats *tcp = tcp_of(l, row->dir);

	if (!tcp || tcp->goodput_bps <= 0)
		return;
	format_span(8e11 / tcp->goodput_bps, cell->text, sizeof(cell->text));
	if (tcp->few)
		cell->mark = MARK_FEW;
}

static void fill_quantile(const struct quantiles *q, enum quantile i, struct cell *cell)
{
	bool have = q->have & 1U << i;

	if (have)
		format_delay(q->ns[i], cell->text, sizeof(cell->text));
	if (q->lost & 1U << i)
		cell->mark = MARK_LOST;
	else if (!have)
		cell->mark = MARK_FEW;
}

static void fill_rtt(const struct link_result *l, const struct row *row, struct cell *cell)
{
	if (l->phase[row->phase].done)
		fill_quantile(&l->phase[row->phase].rtt, row->q, cell);
}

static void fill_pdv(const struct link_result *l, const struct row *row, struct cell *cell)
{
	if (l->phase[row->phase].done)
		fill_quantile(&l->phase[row->phase].pdv[row->dir], row->q, cell);
}

static void fill_loss(const struct link_result *l, const struct row *row, struct cell *cell)
{
	const struct loss_stats *loss = &l->loss[row->dir];

	if (loss->sent)
		format_share(loss->ratio, cell->text, sizeof(cell->text));
	if (loss->few)
		cell->mark = MARK_FEW;
}

static const struct row rows[] = {
	{ "TCP goodput", "to_vpc", fill_goodput, .dir = TO_VPC },
	{ NULL, "to_onprem", fill_goodput, .dir = TO_ONPREM },
	{ "round trip, idle", "p50", fill_rtt, PHASE_IDLE, .q = Q_P50 },
	{ NULL, "p99", fill_rtt, PHASE_IDLE, .q = Q_P99 },
	{ NULL, "p99.9", fill_rtt, PHASE_IDLE, .q = Q_P999 },
	{ "round trip, TCP load to_vpc", "p50", fill_rtt, PHASE_LOADED_TO_VPC, .q = Q_P50 },
	{ NULL, "p99", fill_rtt, PHASE_LOADED_TO_VPC, .q = Q_P99 },
	{ "round trip, TCP load to_onprem", "p50", fill_rtt, PHASE_LOADED_TO_ONPREM, .q = Q_P50 },
	{ NULL, "p99", fill_rtt, PHASE_LOADED_TO_ONPREM, .q = Q_P99 },
	{ "delay variation (PDV) p99.9, idle", "to_vpc", fill_pdv, PHASE_IDLE, TO_VPC, Q_P999 },
	{ NULL, "to_onprem", fill_pdv, PHASE_IDLE, TO_ONPREM, Q_P999 },
	{ "loss, all phases", "to_vpc", fill_loss, .dir = TO_VPC },
	{ NULL, "to_onprem", fill_loss, .dir = TO_ONPREM },
	{ "time to move 100 GB (steady rate, extrapolated)", "to_vpc", fill_move, .dir = TO_VPC },
	{ NULL, "to_onprem", fill_move, .dir = TO_ONPREM },
};

/* A line of the table; blanks at its end are never printed. */
struct line {
	char text[WIDTH + 1];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void line_add(struct line *line, const char *fmt, ...)
{
	size_t room = sizeof(line->text) - line->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line->text + line->len, room, fmt, ap);
	va_end(ap);

	line->len += n < 0 ? 0 : MIN((size_t)n, room - 1);
}

static void line_end(struct line *line, FILE *out)
{
	while (line->len && line->text[line->len - 1] == ' ')
		line->len--;
	(void)fprintf(out, "%.*s\n", (int)line->len, line->text);
	line->len = 0;
}

/* How much of a name goes on one line of @width: all of it, up to its last hyphen, or what fits. */
static size_t name_piece(const char *name, size_t width)
{
	size_t len = strlen(name);

	if (len <= width)
		return len;
	for (size_t i = width; i > 0; i--)
		if (name[i - 1] == '-')
			return i;

	return width;
}

static size_t name_lines(const char *name, size_t width)
{
	size_t lines = 0;

	for (; *name; name += name_piece(name, width))
		lines++;

	return lines;
}

/*
 * Names stand at the right, over the cells and the column of their marks, and end on the same line; a link that failed
 * its check has its mark there.
 */
static void print_names(const struct link_result *links, size_t n, size_t width, unsigned *seen,
			FILE *out)
{
	size_t height = 0;
	struct line line = { .len = 0 };

	for (size_t i = 0; i < n; i++)
		height = MAX(height, name_lines(links[i].profile.name, width));

	for (size_t left = height; left > 0; left--) {
		line_add(&line, "%*s", LABEL_WIDTH, "");
		for (size_t i = 0; i < n; i++) {
			const char *name = links[i].profile.name;
			enum mark mark = left == 1 && verdict_of(&links[i]) == VERDICT_FAIL
						 ? MARK_WRONG
						 : MARK_NONE;

			for (size_t skip = name_lines(name, width); skip > left; skip--)
				name += name_piece(name, width);
			if (name_lines(name, width) < left)
				name = "";
			line_add(&line, "%*s%*.*s%c", GAP, "", (int)width,
				 (int)name_piece(name, width), name, marks[mark].sign);
			*seen |= 1U << mark;
		}
		line_end(&line, out);
	}
}

/* @seen collects the marks that were set, a bit for each. */
static void print_block(const struct link_result *links, size_t n, size_t width, unsigned *seen,
			FILE *out)
{
	struct line line = { .len = 0 };

	(void)fputc('\n', out);
	print_names(links, n, width, seen, out);

	for (const struct row *row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		if (row->heading)
			(void)fprintf(out, "%s\n", row->heading);
		line_add(&line, "  %-*s", LABEL_WIDTH - 2, row->label);
		for (size_t i = 0; i < n; i++) {
			struct cell cell = { .mark = MARK_NONE };

			row->fill(&links[i], row, &cell);
			line_add(&line, "%*s%*s%c", GAP, "", (int)width,
				 cell.text[0] ? cell.text : "-", marks[cell.mark].sign);
			*seen |= 1U << cell.mark;
		}
		line_end(&line, out);
	}
}

static void print_notes(const struct result *result, unsigned seen, FILE *out)
{
	(void)fputc('\n', out);
	for (enum mark i = MARK_NONE + 1; i < MARK_COUNT; i++)
		if (seen & 1U << i)
			(void)fprintf(out, "%c %s\n", marks[i].sign, marks[i].note);
	verdict_note(result, out);
}

int report_text(const struct result *result, FILE *out, struct err *err)
{
	const struct method *m = &result->method;
	size_t blocks = (result->n_links + LINKS_ABREAST - 1) / LINKS_ABREAST;
	size_t abreast = blocks ? (result->n_links + blocks - 1) / blocks : 1;
	size_t longest = CELL_MIN, width;
	unsigned seen = 0;

	for (size_t i = 0; i < result->n_links; i++)
		longest = MAX(longest, strlen(result->links[i].profile.name));
	width = MIN(longest, (WIDTH - LABEL_WIDTH) / abreast - GAP - 1);

	(void)fprintf(out, "seed %ju, %s world; %u TCP flow%s (%s), probes of %u bytes\n",
		      (uintmax_t)result->seed, result->world_kind, m->flows,
		      m->flows == 1 ? "" : "s", m->congestion_control, m->probe_bytes);

	for (size_t i = 0; i < result->n_links; i += abreast)
		print_block(&result->links[i], MIN(abreast, result->n_links - i), width, &seen,
			    out);
	print_notes(result, seen, out);

	return format_flush(out, err);
}
