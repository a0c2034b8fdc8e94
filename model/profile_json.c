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

static int add_jitter(json_t *object, const struct profile_dir *d)
{
	if (d->jitter_shape == JITTER_NONE)
		return 0;

	return json_object_set_new(object, "jitter",
				   json_pack("{s:s, s:o}", "shape",
					     jitter_shape_names[d->jitter_shape], "scale_us",
					     microseconds(d->jitter_ns)));
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
	case LOSS_MODEL_COUNT:
		break;
	}

	return NULL;
}

json_t *profile_json_dir(const struct profile_dir *d)
{
	json_t *j = json_object();
	int r = 0;

	r |= add_integer(j, "rate_bps", d->rate_bps);
	if (d->rate_bps)
		r |= json_object_set_new(j, "queue_us", microseconds(d->queue_ns));
	r |= add_integer(j, "cir_bps", d->cir_bps);
	if (d->cir_bps) {
		r |= add_integer(j, "burst_bytes", d->burst_bytes);
		r |= json_object_set_new(j, "accounting",
					 json_string(accounting_names[d->accounting]));
	}
	r |= add_integer(j, "cap_bps", d->cap_bps);
	r |= add_integer(j, "cap_pps", d->cap_pps);
	r |= json_object_set_new(j, "delay_us", microseconds(d->delay_ns));
	r |= add_jitter(j, d);
	r |= json_object_set_new(j, "loss", loss(d));
	r |= json_object_set_new(j, "loss_ratio", json_real(profile_loss_ratio(d)));
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

json_t *profile_json(const struct profile *p)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:i}", "profile", p->name, "title", p->title, "kind",
			      link_kind_names[p->kind], "mtu_bytes", (int)p->mtu);
	int r = add_vlan(j, p);

	r |= add_integer(j, "encap_bytes", p->encap_bytes);
	for (size_t d = 0; d < DIR_COUNT; d++)
		r |= json_object_set_new(j, dir_names[d], profile_json_dir(&p->dir[d]));
	if (r) {
		json_decref(j);
		return NULL;
	}

	return j;
}
