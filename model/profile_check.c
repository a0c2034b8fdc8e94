// SPDX-License-Identifier: ISC
/* Contradictions between the values of a profile, each of which is fine by itself. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "model/profile_check.h"

#define ETH_HEADER 14
#define FCS 4
#define VLAN_TAG 4
#define PREAMBLE_AND_GAP 20

bool check_fault(const struct check *c, const char *name, const char *fmt, ...)
{
	va_list ap;

	c->f->key = key_named(name);
	c->f->dir = c->dir;
	c->f->step = c->step;
	va_start(ap, fmt);
	(void)vsnprintf(c->f->msg, sizeof(c->f->msg), fmt, ap);
	va_end(ap);

	return true;
}

void fault_missing(const struct profile *p, const struct key *key, enum dir d,
		   struct fault *ret_fault)
{
	ret_fault->key = key;
	ret_fault->dir = d;
	ret_fault->step = -1;
	(void)snprintf(ret_fault->msg, sizeof(ret_fault->msg), "missing; a %s link needs it (%s)",
		       link_kind_names[p->kind], key->help);
}

/* A full-size frame in bytes on the wire of the rate stage: the port, or the ISP access of a VPN. */
static uint64_t wire_bytes(const struct profile *p)
{
	unsigned inner = p->kind == LINK_VPN ? p->encap_bytes : VLAN_TAG;

	return p->mtu + inner + ETH_HEADER + FCS + PREAMBLE_AND_GAP;
}

/* A full-size frame in bytes as the policer counts them. */
static uint64_t counted_bytes(const struct profile *p, enum accounting accounting)
{
	switch (accounting) {
	case ACCOUNT_L1:
		return p->mtu + ETH_HEADER + VLAN_TAG + FCS + PREAMBLE_AND_GAP;
	case ACCOUNT_L2:
		return p->mtu + ETH_HEADER + VLAN_TAG + FCS;
	case ACCOUNT_L3:
	case ACCOUNTING_COUNT:
		break;
	}

	return p->mtu;
}

static bool check_queue(const struct check *c)
{
	const struct profile *p = c->p;
	const struct profile_dir *d = c->d, *link = &p->dir[c->dir];
	uint64_t bits = 8 * wire_bytes(p), frame_ns;
	char text[32];

	if (c->step >= 0 && !d->queue_ns != !link->queue_ns)
		return check_fault(c, d->queue_ns ? "queue" : "queue_frames",
				   "the link's queue is given in %s, and a step can only change "
				   "how many; write %s",
				   d->queue_ns ? "frames" : "time",
				   d->queue_ns ? "queue_frames" : "queue");
	if (!d->queue_ns && !d->queue_frames)
		return check_fault(c, "queue", "missing; a %s link needs it (%s), or queue_frames",
				   link_kind_names[p->kind], key_named("queue")->help);
	if (d->queue_ns && d->queue_frames)
		return check_fault(c, "queue_frames",
				   "the queue is also given in time; write either queue or "
				   "queue_frames");

	frame_ns = (bits * (uint64_t)NSEC_PER_SEC + d->rate_bps - 1) / d->rate_bps;
	if (d->queue_ns && d->queue_ns < frame_ns)
		return check_fault(c, "queue",
				   "%s holds less than one full frame; allowed: %" PRIu64 "ns or "
				   "more at "
				   "this "
				   "rate "
				   "and MTU",
				   unit_format(UNIT_TIME, d->queue_ns, text, sizeof(text)),
				   frame_ns);

	return false;
}

/* The bucket of one of both policers. */
static bool check_burst(const struct check *c, const char *name, uint64_t burst_bytes)
{
	uint64_t frame = counted_bytes(c->p, c->d->accounting);
	char text[32];

	if (burst_bytes >= frame)
		return false;

	return check_fault(c, name,
			   "%s is less than one full frame, so that nothing of that size passes; "
			   "allowed: %" PRIu64 "B or more at this MTU",
			   unit_format(UNIT_BYTES, burst_bytes, text, sizeof(text)), frame);
}

/* A step finds the policers that the link has. */
static bool check_policers(const struct check *c)
{
	static const char *const names[] = { "partner.cir", "cap.rate", "cap.pps" };

	for (size_t i = 0; i < ARRAY_SIZE(names) && c->step >= 0; i++) {
		const struct key *key = key_named(names[i]);
		bool here = !key_is_zero(key, key_field_const(c->d, key));

		if (here == key_is_zero(key, key_field_const(&c->p->dir[c->dir], key)))
			return check_fault(c, names[i],
					   "a policer cannot come or go in mid-run, only change; "
					   "allowed: %s",
					   here ? "none here, or one in the link too"
						: "above 0, as in the link");
	}

	return false;
}

static bool check_rate(const struct check *c)
{
	const struct profile_dir *d = c->d;

	if (check_policers(c) || (d->rate_bps && check_queue(c)))
		return true;
	if (d->aqm != AQM_NONE && c->dir != TO_VPC)
		return check_fault(c, "aqm",
				   "it is the customer's router that manages its queue, and that "
				   "sends to_vpc only; write it under to_vpc");
	if (d->cir_bps && check_burst(c, "burst", d->burst_bytes))
		return true;
	if (d->partner_cir_bps && !d->partner_burst_bytes)
		return check_fault(c, "partner.cir", "has no bucket; set partner.burst");
	if (d->partner_burst_bytes && !d->partner_cir_bps)
		return check_fault(c, "partner.burst", "has no rate; set partner.cir");

	return d->partner_cir_bps && check_burst(c, "partner.burst", d->partner_burst_bytes);
}

static bool check_pmtud(const struct check *c)
{
	const struct profile *p = c->p;

	if (p->pmtud != PMTUD_NONE || p->kind == LINK_VPN)
		return false;

	return check_fault(c, "pmtud",
			   "'none' does not apply to a %s link, only to vpn: the routers' VLAN "
			   "devices have the link's MTU, and they answer; write icmp",
			   link_kind_names[p->kind]);
}

static bool check_schedule(const struct check *c)
{
	const struct profile *p = c->p;
	uint64_t period = p->schedule_period_ns, start = p->schedule_start_ns, last;
	char text[32], shown[32];

	(void)unit_format(UNIT_TIME, period, text, sizeof(text));
	if (start && !period)
		return check_fault(c, "schedule.start",
				   "without a period there is nothing to start in the middle of; "
				   "set schedule.period");
	if (!period)
		return false;
	if (!p->n_steps)
		return check_fault(c, "schedule.period", "there are no steps in it");
	last = p->step[p->n_steps - 1].at_ns;
	if (last >= period)
		return check_fault(c, "schedule.period",
				   "%s ends before the last step, %s; allowed: more than that",
				   text, unit_format(UNIT_TIME, last, shown, sizeof(shown)));
	if (start >= period)
		return check_fault(c, "schedule.start",
				   "%s is not within the period; allowed: less than %s",
				   unit_format(UNIT_TIME, start, shown, sizeof(shown)), text);

	return false;
}

static bool check_needed(const struct check *c)
{
	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		/* Where zero is a value, absence cannot be told here. */
		if (!(key->needed & 1U << c->p->kind) || key->type == KEY_CHOICE || !key->min)
			continue;
		for (size_t d = 0; d < DIR_COUNT; d++) {
			const void *owner = key->per_dir ? (const void *)&c->p->dir[d] : c->p;

			if (key_is_zero(key, key_field_const(owner, key))) {
				fault_missing(c->p, key, d, c->f);
				return true;
			}
		}
	}

	return false;
}

bool profile_fault(const struct profile *p, struct fault *ret_fault)
{
	struct check c = { .p = p, .step = -1, .f = ret_fault };

	if (check_needed(&c) || check_pmtud(&c) || check_schedule(&c))
		return true;

	for (c.step = -1; c.step < (int)p->n_steps; c.step++) {
		for (c.dir = 0; c.dir < DIR_COUNT; c.dir++) {
			c.d = c.step < 0 ? &p->dir[c.dir] : &p->step[c.step].dir[c.dir];
			if (check_rate(&c) || check_jitter(&c) || check_loss(&c) ||
			    check_others(&c))
				return true;
		}
	}

	return false;
}

int profile_check(const struct profile *p, struct err *err)
{
	char step[64] = "", at[32];
	struct fault f;

	if (!profile_fault(p, &f))
		return 0;
	if (f.step >= 0)
		(void)snprintf(step, sizeof(step), "schedule.%s.",
			       unit_format(UNIT_TIME, p->step[f.step].at_ns, at, sizeof(at)));

	return err_input(err, "%s%s%s%s: %s", step, f.key->per_dir ? dir_names[f.dir] : "",
			 f.key->per_dir ? "." : "", f.key->name, f.msg);
}
