// SPDX-License-Identifier: ISC
#include "model/profile_json.h"

#include <stdio.h>

#include "base/util.h"

/* A whole number stays one: 2000, not 2000.0. */
static json_t *microseconds(uint64_t ns)
{
	if (ns % NSEC_PER_USEC == 0)
		return json_integer((json_int_t)(ns / NSEC_PER_USEC));

	return json_real((double)ns / (double)NSEC_PER_USEC);
}

/* Adds what is there: zero means that the stage is absent. Returns 0 or -1, as jansson does. */
static int add_integer(json_t *object, const char *key, uint64_t value)
{
	if (!value)
		return 0;

	return json_object_set_new(object, key, json_integer((json_int_t)value));
}

static int add_ratio(json_t *object, const char *key, double value)
{
	if (value <= 0)
		return 0;

	return json_object_set_new(object, key, json_real(value));
}

static int add_shaper(json_t *object, const struct profile_dir *d)
{
	int r = add_integer(object, "rate_bps", d->rate_bps);

	if (d->rate_bps && d->queue_ns)
		r |= json_object_set_new(object, "queue_us", microseconds(d->queue_ns));
	r |= add_integer(object, "queue_frames", d->queue_frames);
	if (d->aqm != AQM_NONE)
		r |= json_object_set_new(object, "aqm", json_string(aqm_names[d->aqm]));

	return r;
}

static int add_policers(json_t *object, const struct profile_dir *d)
{
	int r = add_integer(object, "cir_bps", d->cir_bps);

	if (!d->cir_bps)
		return r;
	r |= add_integer(object, "burst_bytes", d->burst_bytes);
	if (d->partner_cir_bps)
		r |= json_object_set_new(object, "partner",
					 json_pack("{s:I, s:I}", "cir_bps",
						   (json_int_t)d->partner_cir_bps, "burst_bytes",
						   (json_int_t)d->partner_burst_bytes));
	r |= json_object_set_new(object, "accounting",
				 json_string(accounting_names[d->accounting]));

	return r;
}

static int add_jitter(json_t *object, const struct profile_dir *d)
{
	json_t *jitter;

	if (d->jitter_shape == JITTER_NONE || !d->jitter_ns)
		return 0;

	jitter = json_pack("{s:s, s:o, s:o}", "shape", jitter_shape_names[d->jitter_shape],
			   "scale_us", microseconds(d->jitter_ns), "correlation_us",
			   microseconds(profile_correlation_ns(d)));
	if (jitter && d->jitter_table[0] &&
	    json_object_set_new(jitter, "table", json_string(d->jitter_table)) < 0) {
		json_decref(jitter);
		jitter = NULL;
	}

	return json_object_set_new(object, "jitter", jitter);
}

static json_t *loss(const struct profile_dir *d)
{
	const char *model = loss_model_names[d->loss_model];

	switch (d->loss_model) {
	case LOSS_RANDOM:
		return json_pack("{s:s, s:f}", "model", model, "ratio", d->loss_ratio);
	case LOSS_GILBERT:
		return json_pack("{s:s, s:f, s:f}", "model", model, "p", d->loss_p, "r", d->loss_r);
	case LOSS_GILBERT_ELLIOTT:
		return json_pack("{s:s, s:f, s:f, s:f, s:f}", "model", model, "p", d->loss_p, "r",
				 d->loss_r, "bad", d->loss_bad, "good", d->loss_good);
	case LOSS_FOUR_STATE:
		return json_pack("{s:s, s:f, s:f, s:f, s:f, s:f}", "model", model, "p13",
				 d->loss_p13, "p31", d->loss_p31, "p32", d->loss_p32, "p23",
				 d->loss_p23, "p14", d->loss_p14);
	case LOSS_MODEL_COUNT:
		break;
	}

	return NULL;
}

json_t *profile_json_dir(const struct profile_dir *d)
{
	json_t *j = json_object();
	int r = 0;

	r |= add_shaper(j, d);
	r |= add_policers(j, d);
	r |= add_integer(j, "cap_bps", d->cap_bps);
	r |= add_integer(j, "cap_pps", d->cap_pps);
	r |= json_object_set_new(j, "delay_us", microseconds(d->delay_ns));
	r |= add_jitter(j, d);
	r |= json_object_set_new(j, "loss", loss(d));
	r |= json_object_set_new(j, "loss_ratio", json_real(profile_loss_ratio(d)));
	if (d->reorder_ratio > 0)
		r |= json_object_set_new(j, "reorder",
					 json_pack("{s:f, s:o}", "ratio", d->reorder_ratio,
						   "depth_us", microseconds(d->reorder_depth_ns)));
	r |= add_ratio(j, "duplicate_ratio", d->duplicate_ratio);
	r |= add_ratio(j, "corrupt_ratio", d->corrupt_ratio);
	if (r) {
		json_decref(j);
		return NULL;
	}

	return j;
}

static int add_vlan(json_t *object, const struct profile *p)
{
	json_t *vlan;
	char tpid[16];
	int r = 0;

	if (!p->c_tag && !p->s_tag)
		return 0;

	vlan = json_object();
	r |= add_integer(vlan, "c_tag", p->c_tag);
	r |= add_integer(vlan, "s_tag", p->s_tag);
	if (p->s_tpid) {
		(void)snprintf(tpid, sizeof(tpid), "0x%04x", p->s_tpid);
		r |= json_object_set_new(vlan, "s_tpid", json_string(tpid));
	}
	r |= json_object_set_new(object, "vlan", vlan);

	return r;
}

static json_t *seconds(uint64_t ns)
{
	if (ns % NSEC_PER_SEC == 0)
		return json_integer((json_int_t)(ns / NSEC_PER_SEC));

	return json_real((double)ns / (double)NSEC_PER_SEC);
}

static json_t *schedule_step(const struct profile_step *s)
{
	return json_pack("{s:o, s:o, s:o}", "at_s", seconds(s->at_ns), dir_names[TO_VPC],
			 profile_json_dir(&s->dir[TO_VPC]), dir_names[TO_ONPREM],
			 profile_json_dir(&s->dir[TO_ONPREM]));
}

json_t *profile_json_schedule(const struct profile *p)
{
	json_t *j = json_object(), *steps = json_array();
	int r = 0;

	if (p->schedule_period_ns) {
		r |= json_object_set_new(j, "period_s", seconds(p->schedule_period_ns));
		r |= json_object_set_new(j, "start_s", seconds(p->schedule_start_ns));
	}
	for (size_t i = 0; i < p->n_steps; i++)
		r |= json_array_append_new(steps, schedule_step(&p->step[i]));
	r |= json_object_set_new(j, "steps", steps);
	if (r) {
		json_decref(j);
		return NULL;
	}

	return j;
}

json_t *profile_json(const struct profile *p)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:i}", "profile", p->name, "title", p->title, "kind",
			      link_kind_names[p->kind], "mtu_bytes", (int)p->mtu);
	int r = 0;

	if (p->pmtud != PMTUD_HOSTS)
		r |= json_object_set_new(j, "pmtud", json_string(pmtud_names[p->pmtud]));
	r |= add_vlan(j, p);
	r |= add_integer(j, "encap_bytes", p->encap_bytes);
	for (size_t d = 0; d < DIR_COUNT; d++)
		r |= json_object_set_new(j, dir_names[d], profile_json_dir(&p->dir[d]));
	if (p->n_steps)
		r |= json_object_set_new(j, "schedule", profile_json_schedule(p));
	if (r) {
		json_decref(j);
		return NULL;
	}

	return j;
}
