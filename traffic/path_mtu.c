// SPDX-License-Identifier: ISC
#include "traffic/path_mtu.h"

#include <errno.h>

#include "base/util.h"
#include "traffic/mtu_prober.h"
#include "traffic/mtu_reflector.h"
#include "traffic/mtu_search.h"

/* The length field of IPv4 has 16 bits; the loopback device's MTU is one byte more. */
#define IP_PACKET_MAX 65535U

/* Each router on the way may tell once; one that goes on telling is not to keep us. */
#define TOLD_MAX 32

static int find_classic(struct mtu_prober *p, unsigned max_probes, struct path_mtu *m,
			struct err *err)
{
	unsigned size = MIN(m->interface_mtu, IP_PACKET_MAX), told = 0, lost = 0;
	enum mtu_fate fate;

	if (mtu_prober_mode(p, true, err) < 0)
		return err->code;
	while (!m->classic_delivered && lost < max_probes && told < TOLD_MAX) {
		if (mtu_probe(p, size, &fate, err) < 0)
			return err->code;
		switch (fate) {
		case MTU_ARRIVED:
			m->classic_delivered = true;
			break;
		case MTU_LOST:
			lost++;
			break;
		case MTU_TOO_BIG:
			size = p->told;
			told++;
			lost = 0;
			break;
		}
	}
	m->classic_mtu = size;
	m->icmp_received = p->icmp;

	return 0;
}

static int find_plpmtud(struct mtu_prober *p, unsigned max_probes, struct path_mtu *m,
			struct err *err)
{
	struct mtu_search s = mtu_search_make(MIN(m->interface_mtu, IP_PACKET_MAX), max_probes);
	enum mtu_fate fate;
	unsigned size;

	if (mtu_prober_mode(p, false, err) < 0)
		return err->code;
	while ((size = mtu_search_next(&s))) {
		if (mtu_probe(p, size, &fate, err) < 0)
			return err->code;
		mtu_search_note(&s, fate == MTU_ARRIVED);
	}
	m->plpmtud_mtu = s.confirmed;
	m->base_failed = s.confirmed < s.base;

	return 0;
}

static int find(const struct path_mtu_opts *opts, struct path_mtu *m, struct err *err)
{
	struct mtu_prober p = { .fd = opts->sender, .timeout_ns = opts->probe_timeout_ns };
	int r = mtu_prober_device(&p, &m->interface_mtu, err);

	if (r == 0)
		r = find_classic(&p, opts->max_probes, m, err);
	if (r == 0)
		r = find_plpmtud(&p, opts->max_probes, m, err);
	m->black_hole = !m->classic_delivered && m->plpmtud_mtu && m->plpmtud_mtu < m->classic_mtu;
	m->probes_sent = p.sent;
	m->probes_lost = p.lost;

	return r;
}

int path_mtu_find(const struct path_mtu_opts *opts, struct path_mtu *ret, struct err *err)
{
	struct mtu_reflector *reflector;
	struct path_mtu m = { 0 };
	struct err late;
	int r;

	if (opts->probe_timeout_ns <= 0 || !opts->max_probes)
		return err_set(err, -EINVAL, "path MTU discovery without time or without probes");
	r = mtu_reflector_start(opts->receiver, &reflector, err);
	if (r < 0)
		return r;
	r = find(opts, &m, err);
	/* The first error is the one to tell. */
	if (mtu_reflector_stop(reflector, &late) < 0 && r == 0) {
		*err = late;
		r = late.code;
	}
	if (r == 0)
		*ret = m;

	return r;
}
