// SPDX-License-Identifier: ISC
#include "report/report.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>

#include "base/util.h"
#include "model/account_json.h"
#include "model/profile_json.h"
#include "report/format.h"
#include "report/tables.h"
#include "report/verdict.h"

/*
 * Jansson takes NULL for a value and answers -1, so the builders below hand on what they get and
 * add up the answers: a document is complete or not at all. It also refuses NaN, infinity and what
 * is not UTF-8.
 */

#define SCHEMA "dxemu.result/1"

/* With 15 digits nanoseconds are exact up to 11 days, and 0.1 is not 0.10000000000000001. */
#define DUMP_FLAGS (JSON_INDENT(2) | JSON_REAL_PRECISION(15))

static const enum phase loaded_phase[DIR_COUNT] = {
	[TO_VPC] = PHASE_LOADED_TO_VPC,
	[TO_ONPREM] = PHASE_LOADED_TO_ONPREM,
};

static json_t *whole_or_null(json_t *object, int r)
{
	if (!r)
		return object;

	json_decref(object);
	return NULL;
}

static json_t *count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* A whole number stays one, as in profiles: 2000, not 2000.0. */
static json_t *microseconds(int64_t ns)
{
	if (ns % NSEC_PER_USEC == 0)
		return json_integer(ns / NSEC_PER_USEC);

	return json_real((double)ns / (double)NSEC_PER_USEC);
}

static json_t *sha256(const uint8_t digest[32])
{
	char hex[65];

	for (size_t i = 0; i < 32; i++)
		(void)snprintf(&hex[2 * i], 3, "%02x", digest[i]);

	return json_string(hex);
}

static json_t *quantiles(const struct quantiles *q)
{
	json_t *j = json_pack("{s:o}", "n", count(q->n));
	char key[16];
	int r = 0;

	for (enum quantile i = 0; i < QUANTILE_COUNT; i++) {
		if (q->have & 1U << i)
			r |= json_object_set_new(j, quantile_names[i], microseconds(q->ns[i]));
		if (q->lost & 1U << i) {
			(void)snprintf(key, sizeof(key), "%s_lost", quantile_names[i]);
			r |= json_object_set_new(j, key, json_true());
		}
	}

	return whole_or_null(j, r);
}

static json_t *loss(const struct loss_stats *l)
{
	json_t *j = json_pack("{s:o, s:o}", "sent", count(l->sent), "lost", count(l->lost));
	int r = 0;

	/* Of nothing there is no share. */
	if (l->sent) {
		r |= json_object_set_new(j, "ratio", json_real(l->ratio));
		r |= json_object_set_new(j, "ci95", json_pack("[f, f]", l->ci95_low, l->ci95_high));
	}
	r |= json_object_set_new(j, "episodes", count(l->episodes));
	r |= json_object_set_new(j, "longest_burst", count(l->longest_burst));
	if (l->few)
		r |= json_object_set_new(j, "few", json_true());

	return whole_or_null(j, r);
}

static json_t *quantiles_by_dir(const struct quantiles q[DIR_COUNT])
{
	return json_pack("{s:o, s:o}", dir_names[TO_VPC], quantiles(&q[TO_VPC]),
			 dir_names[TO_ONPREM], quantiles(&q[TO_ONPREM]));
}

static json_t *loss_by_dir(const struct loss_stats l[DIR_COUNT])
{
	return json_pack("{s:o, s:o}", dir_names[TO_VPC], loss(&l[TO_VPC]), dir_names[TO_ONPREM],
			 loss(&l[TO_ONPREM]));
}

static json_t *counts_by_dir(const uint64_t n[DIR_COUNT])
{
	return json_pack("{s:o, s:o}", dir_names[TO_VPC], count(n[TO_VPC]), dir_names[TO_ONPREM],
			 count(n[TO_ONPREM]));
}

/* Whole bits per second: a fraction of a bit is not information. */
static json_t *goodput(const struct tcp_stats *tcp)
{
	return isfinite(tcp->goodput_bps) ? json_integer(llround(tcp->goodput_bps)) : NULL;
}

static json_t *transfer(const struct tcp_stats *tcp)
{
	json_t *j = json_pack("{s:o, s:o, s:o}", "goodput_bps", goodput(tcp), "retransmits",
			      count(tcp->retransmits), "bytes", count(tcp->bytes));

	return whole_or_null(j, tcp->few ? json_object_set_new(j, "few", json_true()) : 0);
}

static int add_delays(json_t *j, const struct phase_result *p)
{
	int r = 0;

	r |= json_object_set_new(j, "owd_us", quantiles_by_dir(p->owd));
	r |= json_object_set_new(j, "pdv_us", quantiles_by_dir(p->pdv));
	r |= json_object_set_new(j, "ipdv_us", quantiles_by_dir(p->ipdv));

	return r;
}

static json_t *phase(const struct phase_result *p)
{
	json_t *j = json_pack("{s:f, s:f, s:o, s:o}", "duration_s", p->duration_s, "ramp_s",
			      p->ramp_s, "probe_interval_us", count(p->probe_interval_us), "rtt_us",
			      quantiles(&p->rtt));
	int r = add_delays(j, p);

	r |= json_object_set_new(j, "loss", loss_by_dir(p->loss));
	r |= json_object_set_new(j, "reordered", counts_by_dir(p->reordered));
	r |= json_object_set_new(j, "duplicated", counts_by_dir(p->duplicated));
	r |= json_object_set_new(j, "account", account_to_json(p->account));
	if (p->tcp.measured)
		r |= json_object_set_new(j, "tcp", transfer(&p->tcp));
	r |= json_object_set_new(j, "samples_sha256", sha256(p->samples_sha256));

	return whole_or_null(j, r);
}

static json_t *measured(const struct link_result *l)
{
	json_t *j = json_object(), *goodputs = json_object(), *rtt = json_object();
	json_t *phases = json_object();
	int r = 0;

	if (l->mss)
		r |= json_object_set_new(j, "mss", count(l->mss));

	for (enum dir d = 0; d < DIR_COUNT; d++) {
		const struct phase_result *p = &l->phase[loaded_phase[d]];

		if (p->done && p->tcp.measured)
			r |= json_object_set_new(goodputs, dir_names[d], goodput(&p->tcp));
	}
	for (enum phase i = 0; i < PHASE_COUNT; i++) {
		if (!l->phase[i].done)
			continue;
		r |= json_object_set_new(rtt, phase_names[i], quantiles(&l->phase[i].rtt));
		r |= json_object_set_new(phases, phase_names[i], phase(&l->phase[i]));
	}

	r |= json_object_set_new(j, "goodput_bps", goodputs);
	r |= json_object_set_new(j, "rtt_us", rtt);
	if (l->phase[PHASE_IDLE].done)
		r |= add_delays(j, &l->phase[PHASE_IDLE]);
	r |= json_object_set_new(j, "loss", loss_by_dir(l->loss));
	r |= json_object_set_new(j, "reordered", count(l->reordered));
	r |= json_object_set_new(j, "duplicated", count(l->duplicated));
	r |= json_object_set_new(j, "phases", phases);

	return whole_or_null(j, r);
}

static json_t *configured(const struct profile *p)
{
	json_t *j = json_pack("{s:s, s:o}", "kind", link_kind_names[p->kind], "mtu", count(p->mtu));
	int r = 0;

	if (p->pmtud != PMTUD_HOSTS)
		r |= json_object_set_new(j, "pmtud", json_string(pmtud_names[p->pmtud]));
	for (enum dir d = 0; d < DIR_COUNT; d++)
		r |= json_object_set_new(j, dir_names[d], profile_json_dir(&p->dir[d]));
	if (p->n_steps)
		r |= json_object_set_new(j, "schedule", profile_json_schedule(p));

	return whole_or_null(j, r);
}

static json_t *verification(const struct verification *v)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:[o, o], s:s}", "direction", dir_names[v->dir],
			 "quantity", v->quantity, "unit", v->unit, "configured",
			 tables_number(v->configured), "measured", tables_number(v->measured),
			 "tolerance", tables_number(v->low), tables_number(v->high), "verdict",
			 verdict_names[v->verdict]);
}

static json_t *verified(const struct link_result *l)
{
	enum verdict verdict = verdict_of(l);

	return verdict == VERDICT_INCONCLUSIVE ? json_null()
					       : json_boolean(verdict == VERDICT_PASS);
}

static bool is_measured(const struct link_result *l)
{
	for (enum phase i = 0; i < PHASE_COUNT; i++)
		if (l->phase[i].done)
			return true;

	return false;
}

static json_t *link_document(const struct link_result *l)
{
	json_t *rows = json_array(), *j;
	int r = 0;

	for (size_t i = 0; i < l->n_verification; i++)
		r |= json_array_append_new(rows, verification(&l->verification[i]));
	j = json_pack("{s:s, s:s, s:o, s:o, s:o}", "profile", l->profile.name, "title", l->title,
		      "configured", configured(&l->profile), "verified", verified(l),
		      "verification", rows);
	if (l->test)
		r |= json_object_set_new(j, "test", tables_json(l->test));
	if (is_measured(l)) {
		r |= json_object_set_new(j, "measured", measured(l));
		r |= json_object_set_new(j, "samples_sha256", sha256(l->samples_sha256));
	}

	return whole_or_null(j, r);
}

static json_t *world(const struct result *result)
{
	return json_pack("{s:s, s:s, s:f, s:f}", "kind", result->world_kind, "kernel",
			 result->stay.kernel, "virtual_s", result->stay.virtual_s, "wall_s",
			 result->wall_s);
}

static json_t *method(const struct method *m)
{
	return json_pack("{s:o, s:s, s:b, s:o}", "flows", count(m->flows), "congestion_control",
			 m->congestion_control, "frame_by_frame", (int)m->frame_by_frame,
			 "probe_bytes", count(m->probe_bytes));
}

static json_t *document(const struct result *result)
{
	json_t *links = json_array(), *j;
	int r = 0;

	for (size_t i = 0; i < result->n_links; i++)
		r |= json_array_append_new(links, link_document(&result->links[i]));

	j = json_pack("{s:s, s:s, s:o, s:b, s:o}", "schema", SCHEMA, "dxemu", result->version,
		      "seed", count(result->seed), "deterministic", (int)result->deterministic,
		      "world", world(result));
	if (result->method.flows)
		r |= json_object_set_new(j, "method", method(&result->method));
	r |= json_object_set_new(j, "links", links);

	return whole_or_null(j, r);
}

int report_json(const struct result *result, FILE *out, struct err *err)
{
	json_t *j;
	int r;

	if (result->seed > INT64_MAX)
		return err_set(err, -ERANGE, "seed %ju is beyond the integers of JSON",
			       (uintmax_t)result->seed);

	j = document(result);
	if (!j)
		return err_set(err, -EINVAL,
			       "the result does not fit into JSON: a number that is not finite, "
			       "text that is not UTF-8, or no memory");

	r = json_dumpf(j, out, DUMP_FLAGS);
	json_decref(j);
	if (r < 0 && !ferror(out))
		return err_sys(err, -ENOMEM, "write report");
	(void)fputc('\n', out);

	return format_flush(out, err);
}
