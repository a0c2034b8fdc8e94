/* SPDX-License-Identifier: ISC */
/* For tests of what must hold for any profile: such ones, made of random numbers, the same in each run. */
#ifndef DXEMU_TESTS_UNIT_ANY_PROFILE_H
#define DXEMU_TESTS_UNIT_ANY_PROFILE_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "model/profile_keys.h"

static uint64_t any_state = 1;

/* From @low to @high, small values as often as large ones. */
static inline uint64_t any(uint64_t low, uint64_t high)
{
	any_state = any_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);

	return low + ((any_state >> 1) >> (any_state >> 58)) % (high - low + 1);
}

static inline double any_ratio(void)
{
	return ldexp((double)any(1, UINT64_C(1) << 53), -53);
}

static inline void any_loss(struct profile_dir *d)
{
	d->loss_model = any(0, LOSS_MODEL_COUNT - 1);
	switch (d->loss_model) {
	case LOSS_RANDOM:
		d->loss_ratio = any(0, 1) ? any_ratio() : 0;
		break;
	case LOSS_GILBERT_ELLIOTT:
		d->loss_bad = any_ratio();
		d->loss_good = any(0, 1) ? d->loss_bad / 2 : 0;
		__attribute__((fallthrough));
	case LOSS_GILBERT:
		d->loss_p = any_ratio();
		d->loss_r = any_ratio();
		break;
	case LOSS_FOUR_STATE:
		d->loss_p13 = any_ratio() / 2;
		d->loss_p31 = any_ratio() / 2;
		d->loss_p32 = any(0, 1) ? any_ratio() / 2 : 0;
		d->loss_p23 = any_ratio();
		d->loss_p14 = any(0, 1) ? any_ratio() / 2 : 0;
		break;
	case LOSS_MODEL_COUNT:
		break;
	}
}

static inline void any_jitter(struct profile_dir *d)
{
	d->jitter_shape = any(0, JITTER_SHAPE_COUNT - 1);
	if (d->jitter_shape == JITTER_NONE)
		return;
	d->jitter_ns = any(1, UINT64_C(2500000000));
	d->delay_ns = any(0, 1) ? 4 * d->jitter_ns : d->delay_ns;
	if (any(0, 1))
		d->jitter_correlation_ns = any(5000000, UINT64_C(3600000000000));
	if (d->jitter_shape == JITTER_TABLE)
		(void)snprintf(d->jitter_table, sizeof(d->jitter_table), "/a b/\"%u\".dist",
			       (unsigned)any(0, 9));
}

static inline void any_dir(enum link_kind kind, struct profile_dir *d)
{
	*d = (struct profile_dir){ .accounting = ACCOUNT_L2 };
	if (kind == LINK_HOSTED) {
		d->cir_bps = any(100000, UINT64_C(400000000000));
		d->burst_bytes = any(9100, 1000000000);
		d->partner_cir_bps = any(0, 1) ? any(100000, UINT64_C(400000000000)) : 0;
		d->partner_burst_bytes = d->partner_cir_bps ? any(9100, 1000000000) : 0;
		d->accounting = any(0, ACCOUNTING_COUNT - 1);
	} else {
		d->rate_bps = any(100000, UINT64_C(400000000000));
		if (any(0, 1))
			d->queue_ns = any(UINT64_C(1000000000), UINT64_C(10000000000));
		else
			d->queue_frames = (unsigned)any(1, 10000000);
	}
	if (kind == LINK_VPN) {
		d->cap_bps = any(0, 1) ? any(100000, UINT64_C(400000000000)) : 0;
		d->cap_pps = any(0, 1000000000);
	}
	d->delay_ns = any(0, UINT64_C(10000000000));
	any_jitter(d);
	any_loss(d);
	if (any(0, 1) && d->delay_ns) {
		d->reorder_ratio = any_ratio();
		d->reorder_depth_ns = any(1, d->delay_ns);
	}
	d->duplicate_ratio = any(0, 1) ? any_ratio() / 2 : 0;
	d->corrupt_ratio = any(0, 1) ? any_ratio() : 0;
}

/* Zero may be a value, the absence of what has no value, or both. */
static inline bool can_be_said(const struct key *key, const struct profile_dir *d)
{
	return !key->min || key->optional || !key_is_zero(key, key_field_const(d, key));
}

/* Some keys of a step, with values like those of a link. */
static inline void any_step(const struct profile *p, struct profile_step *step)
{
	struct profile_dir values[DIR_COUNT];

	any_dir(p->kind, &values[TO_VPC]);
	values[TO_ONPREM] = values[TO_VPC];
	if (any(0, 1))
		any_dir(p->kind, &values[TO_ONPREM]);
	step->own[TO_VPC] = 0;
	for (size_t i = 0; i < profile_keys_n; i++) {
		const struct key *key = &profile_keys[i];

		if (key->per_dir && !key->fixed && key->kinds & 1U << p->kind && any(0, 7) == 0 &&
		    can_be_said(key, &values[TO_VPC]) && can_be_said(key, &values[TO_ONPREM]))
			step->own[TO_VPC] |= key_bit(key);
	}
	if (!step->own[TO_VPC])
		step->own[TO_VPC] = key_bit(key_named("duplicate"));
	step->own[TO_ONPREM] = any(0, 1) ? step->own[TO_VPC] : key_bit(key_named("corrupt"));
	memcpy(step->dir, values, sizeof(values));
}

static inline void any_schedule(struct profile *p)
{
	uint64_t at = any(0, UINT64_C(1000000000));

	for (size_t n = any(1, 3); p->n_steps < n; p->n_steps++) {
		any_step(p, &p->step[p->n_steps]);
		p->step[p->n_steps].at_ns = at;
		at += any(1, UINT64_C(36000000000000));
	}
	profile_follow(p);
	if (any(0, 1)) {
		p->schedule_period_ns = at + UINT64_C(1000000000);
		p->schedule_start_ns = any(0, at);
	}
}

/* Most of them have a contradiction somewhere: ask profile_check(). */
static inline struct profile any_profile(void)
{
	static const char *const titles[] = {
		"plain", "a: b # c", "\"quoted\" \\ 'it'", " - x ", "\u4e13\u7ebf \u00e4",
		"null",	 "[1, 2"
	};
	struct profile p = { .kind = any(0, LINK_KIND_COUNT - 1), .mtu = (unsigned)any(68, 9001) };

	(void)snprintf(p.name, sizeof(p.name), "%s", any(0, 1) ? "1e3" : "some-name");
	(void)snprintf(p.title, sizeof(p.title), "%s", titles[any(0, ARRAY_SIZE(titles) - 1)]);
	p.pmtud = any(0, p.kind == LINK_VPN ? PMTUD_NONE : PMTUD_ICMP);
	if (p.kind == LINK_VPN)
		p.encap_bytes = (unsigned)any(20, 200);
	else
		p.c_tag = (unsigned)any(1, 4094);
	if (p.kind == LINK_HOSTED) {
		p.s_tag = (unsigned)any(1, 4094);
		p.s_tpid = any(0, 1) ? 0x8100 : 0x88a8;
	}
	any_dir(p.kind, &p.dir[TO_VPC]);
	p.dir[TO_ONPREM] = p.dir[TO_VPC];
	if (any(0, 1))
		any_dir(p.kind, &p.dir[TO_ONPREM]);
	if (p.kind != LINK_HOSTED && any(0, 1))
		p.dir[TO_VPC].aqm = any(0, AQM_COUNT - 1);
	if (any(0, 1))
		any_schedule(&p);

	return p;
}

#endif
