// SPDX-License-Identifier: ISC
/* Contradictions between the values of a profile, each of which is fine by itself. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "model/profile_keys.h"

#define ETH_HEADER 14
#define FCS 4
#define VLAN_TAG 4
#define PREAMBLE_AND_GAP 20

static bool fault(struct fault *f, enum dir d, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static bool fault(struct fault *f, enum dir d, const char *name, const char *fmt, ...)
{
	va_list ap;

	for (size_t i = 0; i < profile_keys_n; i++) {
		if (strcmp(profile_keys[i].name, name) == 0)
			f->key = &profile_keys[i];
	}
	f->dir = d;
	va_start(ap, fmt);
	(void)vsnprintf(f->msg, sizeof(f->msg), fmt, ap);
	va_end(ap);

	return true;
}

void fault_missing(const struct profile *p, const struct key *key, enum dir d,
		   struct fault *ret_fault)
{
	ret_fault->key = key;
	ret_fault->dir = d;
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

static bool rate_fault(const struct profile *p, enum dir dir, struct fault *f)
{
	const struct profile_dir *d = &p->dir[dir];
	char text[32];

	if (d->rate_bps) {
		uint64_t bits = 8 * wire_bytes(p);
		uint64_t frame_ns = (bits * (uint64_t)NSEC_PER_SEC + d->rate_bps - 1) / d->rate_bps;

		if (d->queue_ns < frame_ns)
			return fault(f, dir, "queue",
				     "%s holds less than one full frame; allowed: %" PRIu64
				     "ns or more at this rate and MTU",
				     unit_format(UNIT_TIME, d->queue_ns, text, sizeof(text)),
				     frame_ns);
	}
	if (d->cir_bps && d->burst_bytes < counted_bytes(p, d->accounting))
		return fault(f, dir, "burst",
			     "%s is less than one full frame, so that nothing of that size passes; "
			     "allowed: %" PRIu64 "B or more at this MTU",
			     unit_format(UNIT_BYTES, d->burst_bytes, text, sizeof(text)),
			     counted_bytes(p, d->accounting));

	return false;
}

static bool jitter_fault(const struct profile_dir *d, enum dir dir, struct fault *f)
{
	if (d->jitter_shape == JITTER_NONE && d->jitter_ns)
		return fault(f, dir, "jitter.scale", "has no shape; set jitter.shape");
	if (d->jitter_shape != JITTER_NONE && !d->jitter_ns)
		return fault(f, dir, "jitter.shape", "'%s' has no scale; set jitter.scale",
			     jitter_shape_names[d->jitter_shape]);

	return false;
}

static bool loss_fault(const struct profile_dir *d, enum dir dir, struct fault *f)
{
	const struct {
		const char *key;
		double value;
		unsigned models; /* where it has a meaning */
	} values[] = {
		{ "loss.ratio", d->loss_ratio, 1U << LOSS_RANDOM },
		{ "loss.p", d->loss_p, 1U << LOSS_GILBERT | 1U << LOSS_GILBERT_ELLIOTT },
		{ "loss.r", d->loss_r, 1U << LOSS_GILBERT | 1U << LOSS_GILBERT_ELLIOTT },
		{ "loss.bad", d->loss_bad, 1U << LOSS_GILBERT_ELLIOTT },
		{ "loss.good", d->loss_good, 1U << LOSS_GILBERT_ELLIOTT },
	};
	const char *model = loss_model_names[d->loss_model];

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		if (values[i].value > 0 && !(values[i].models & 1U << d->loss_model))
			return fault(f, dir, values[i].key, "does not belong to loss.model '%s'",
				     model);
	}
	if (d->loss_model == LOSS_RANDOM)
		return false;

	if (d->loss_p <= 0)
		return fault(f, dir, "loss.p",
			     "0 or missing; loss.model '%s' needs it above 0 (for no loss: "
			     "loss.model random, loss.ratio 0)",
			     model);
	if (d->loss_r <= 0)
		return fault(f, dir, "loss.r",
			     "0 or missing, so that the bad state would never end; allowed: above "
			     "0, up to 1");
	if (d->loss_model == LOSS_GILBERT_ELLIOTT && d->loss_bad <= d->loss_good)
		return fault(f, dir, "loss.bad", "missing or not above loss.good");

	return false;
}

bool profile_fault(const struct profile *p, struct fault *ret_fault)
{
	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		/* Where zero is a value, absence cannot be told here. */
		if (!(key->needed & 1U << p->kind) || key->type == KEY_CHOICE || !key->min)
			continue;
		for (size_t d = 0; d < DIR_COUNT; d++) {
			if (key_is_zero(p, key, d)) {
				fault_missing(p, key, d, ret_fault);
				return true;
			}
		}
	}

	for (size_t d = 0; d < DIR_COUNT; d++) {
		if (rate_fault(p, d, ret_fault) || jitter_fault(&p->dir[d], d, ret_fault) ||
		    loss_fault(&p->dir[d], d, ret_fault))
			return true;
	}

	return false;
}

int profile_check(const struct profile *p, struct err *err)
{
	struct fault f;

	if (!profile_fault(p, &f))
		return 0;

	return err_input(err, "%s%s%s: %s", f.key->per_dir ? dir_names[f.dir] : "",
			 f.key->per_dir ? "." : "", f.key->name, f.msg);
}
