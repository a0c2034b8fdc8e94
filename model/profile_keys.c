// SPDX-License-Identifier: ISC
#include "model/profile_keys.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

#define ON(kind) (1U << (kind))
#define DEDICATED ON(LINK_DEDICATED)
#define HOSTED ON(LINK_HOSTED)
#define VPN ON(LINK_VPN)
#define ALL (DEDICATED | HOSTED | VPN)

#define KBIT UINT64_C(1000)
#define GBIT UINT64_C(1000000000)
#define SECOND UINT64_C(1000000000)

#define FIELD(member) \
	.offset = offsetof(struct profile, member), .size = sizeof(((struct profile *)0)->member)
#define DIR_FIELD(member)                                                \
	.per_dir = true, .offset = offsetof(struct profile_dir, member), \
	.size = sizeof(((struct profile_dir *)0)->member)
#define CHOICES(names, count) .type = KEY_CHOICE, .choices = (names), .n_choices = (count)

static_assert(sizeof(enum link_kind) == sizeof(unsigned) &&
		      sizeof(enum accounting) == sizeof(unsigned) &&
		      sizeof(enum jitter_shape) == sizeof(unsigned) &&
		      sizeof(enum loss_model) == sizeof(unsigned),
	      "choices are stored as unsigned");

/*
 * In the order in which profile_write() writes them; keys of one section stand together. Laid out by hand,
 * because clang-format would give each value a line of its own.
 */
/* clang-format off */
const struct key profile_keys[] = {
	{ .name = "profile",
	  .help = "its name; that of the file without .yaml",
	  .type = KEY_IDENT, FIELD(name), .kinds = ALL, .needed = ALL, .identity = true },
	{ .name = "title",
	  .help = "one line for people",
	  .type = KEY_TEXT, FIELD(title), .kinds = ALL },
	{ .name = "kind",
	  .help = "what the link is made of",
	  CHOICES(link_kind_names, LINK_KIND_COUNT), FIELD(kind), .kinds = ALL, .needed = ALL,
	  .identity = true },
	{ .name = "mtu",
	  .help = "largest IP packet on the link, in bytes",
	  .type = KEY_UNSIGNED, FIELD(mtu), .min = 68, .max = 9001, .kinds = ALL, .needed = ALL },
	{ .name = "vlan.c_tag",
	  .help = "VLAN of the virtual interface",
	  .type = KEY_UNSIGNED, FIELD(c_tag), .min = 1, .max = 4094, .kinds = DEDICATED | HOSTED,
	  .needed = DEDICATED | HOSTED },
	{ .name = "vlan.s_tag",
	  .help = "the partner's outer VLAN on the access leg",
	  .type = KEY_UNSIGNED, FIELD(s_tag), .min = 1, .max = 4094, .kinds = HOSTED,
	  .needed = HOSTED },
	{ .name = "vlan.s_tpid",
	  .help = "TPID of that outer tag; 0x8100 where not given",
	  .type = KEY_TPID, FIELD(s_tpid), .kinds = HOSTED },
	{ .name = "encap",
	  .help = "what encapsulation adds to each IP packet",
	  .type = KEY_UNSIGNED, .unit = UNIT_BYTES, FIELD(encap_bytes), .min = 20, .max = 200,
	  .kinds = VPN, .needed = VPN },

	{ .name = "rate",
	  .help = "shaper: bits per second on the wire of the port or ISP access",
	  .type = KEY_QUANTITY, .unit = UNIT_RATE, DIR_FIELD(rate_bps), .min = 100 * KBIT,
	  .max = 400 * GBIT, .kinds = DEDICATED | VPN, .needed = DEDICATED | VPN },
	{ .name = "queue",
	  .help = "depth of its drop-tail queue: time to send it at that rate",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(queue_ns), .min = 1,
	  .max = 10 * SECOND, .kinds = DEDICATED | VPN, .needed = DEDICATED | VPN },
	{ .name = "cir",
	  .help = "policer: committed information rate; drops, never queues",
	  .type = KEY_QUANTITY, .unit = UNIT_RATE, DIR_FIELD(cir_bps), .min = 100 * KBIT,
	  .max = 400 * GBIT, .kinds = HOSTED, .needed = HOSTED },
	{ .name = "burst",
	  .help = "bucket of the policer",
	  .type = KEY_QUANTITY, .unit = UNIT_BYTES, DIR_FIELD(burst_bytes), .min = 64,
	  .max = 1000000000, .kinds = HOSTED, .needed = HOSTED },
	{ .name = "accounting",
	  .help = "what the policer counts: l1 wire, l2 frame with FCS and C-tag (default), l3 IP",
	  CHOICES(accounting_names, ACCOUNTING_COUNT), DIR_FIELD(accounting), .kinds = HOSTED },
	{ .name = "cap.rate",
	  .help = "VPN endpoint: limit on outer IP packets, in bits per second",
	  .type = KEY_QUANTITY, .unit = UNIT_RATE, DIR_FIELD(cap_bps), .min = 100 * KBIT,
	  .max = 400 * GBIT, .optional = true, .kinds = VPN },
	{ .name = "cap.pps",
	  .help = "VPN endpoint: limit in packets per second",
	  .type = KEY_QUANTITY, .unit = UNIT_PPS, DIR_FIELD(cap_pps), .min = 1, .max = 1000000000,
	  .optional = true, .kinds = VPN },
	{ .name = "delay",
	  .help = "one-way propagation delay",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(delay_ns), .max = 10 * SECOND,
	  .kinds = ALL, .needed = ALL },
	{ .name = "jitter.shape",
	  .help = "distribution of the delay that varies",
	  CHOICES(jitter_shape_names, JITTER_SHAPE_COUNT), DIR_FIELD(jitter_shape), .kinds = ALL },
	{ .name = "jitter.scale",
	  .help = "scale of that distribution",
	  .type = KEY_QUANTITY, .unit = UNIT_TIME, DIR_FIELD(jitter_ns), .max = 10 * SECOND,
	  .kinds = ALL },
	{ .name = "loss.model",
	  .help = "independent losses, bursts, or bursts with some loss in both states",
	  CHOICES(loss_model_names, LOSS_MODEL_COUNT), DIR_FIELD(loss_model), .kinds = ALL },
	{ .name = "loss.ratio",
	  .help = "random: share of packets lost",
	  .type = KEY_RATIO, DIR_FIELD(loss_ratio), .kinds = ALL },
	{ .name = "loss.p",
	  .help = "gilbert: probability per packet to go from good to bad",
	  .type = KEY_RATIO, DIR_FIELD(loss_p), .kinds = ALL },
	{ .name = "loss.r",
	  .help = "gilbert: probability per packet to go from bad to good",
	  .type = KEY_RATIO, DIR_FIELD(loss_r), .kinds = ALL },
	{ .name = "loss.bad",
	  .help = "gilbert-elliott: share of packets lost in the bad state",
	  .type = KEY_RATIO, DIR_FIELD(loss_bad), .kinds = ALL },
	{ .name = "loss.good",
	  .help = "gilbert-elliott: share of packets lost in the good state",
	  .type = KEY_RATIO, DIR_FIELD(loss_good), .kinds = ALL },
};
/* clang-format on */

const size_t profile_keys_n = ARRAY_SIZE(profile_keys);

/* The mappings that hold keys per direction. */
static const struct scope {
	const char *name;
	unsigned dirs;
} scopes[] = {
	{ "both", 1U << TO_VPC | 1U << TO_ONPREM },
	{ "to_vpc", 1U << TO_VPC },
	{ "to_onprem", 1U << TO_ONPREM },
};

/* The scope that @path begins with; *ret_rest is what follows, "" for the bare scope. */
static const struct scope *find_scope(const char *path, const char **ret_rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++) {
		size_t n = strlen(scopes[i].name);

		if (strncmp(path, scopes[i].name, n) != 0 || (path[n] && path[n] != '.'))
			continue;
		*ret_rest = path + n + (path[n] == '.');
		return &scopes[i];
	}

	*ret_rest = path;
	return NULL;
}

bool key_resolve(const char *path, bool bare, struct key_ref *ret_ref)
{
	const char *name;
	const struct scope *scope = find_scope(path, &name);

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		if (strcmp(key->name, name) != 0)
			continue;
		if (key->per_dir ? !scope && !bare : !!scope)
			continue;
		ret_ref->key = key;
		ret_ref->dirs = scope ? scope->dirs : scopes[0].dirs;
		return true;
	}

	return false;
}

bool key_is_section(const char *path)
{
	const char *name;
	const struct scope *scope = find_scope(path, &name);
	size_t n = strlen(name);

	if (scope && !n)
		return strcmp(path, scope->name) == 0;

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		if (key->per_dir == !!scope && strncmp(key->name, name, n) == 0 &&
		    key->name[n] == '.')
			return true;
	}

	return false;
}

/* The key that @name may be meant for: one of its group ("jitter"), its last word ("c_tag"), or alike. */
static const char *near_key(const char *name)
{
	const char *names[ARRAY_SIZE(profile_keys)];
	size_t n = strlen(name);

	for (size_t i = 0; i < profile_keys_n; i++) {
		const char *dot = strchr(profile_keys[i].name, '.');

		names[i] = profile_keys[i].name;
		if (dot && ((strncmp(names[i], name, n) == 0 && dot == names[i] + n) ||
			    strcmp(dot + 1, name) == 0))
			return names[i];
	}

	return nearest(name, names, profile_keys_n);
}

char *key_suggest(const char *path, bool bare, char *buf, size_t size)
{
	const char *name, *near, *prefix = "", *dot = "";
	const struct scope *scope = find_scope(path, &name);
	struct key_ref ref;

	near = near_key(name);
	if (!near) {
		(void)snprintf(buf, size, "see 'dxemu profile keys'");
		return buf;
	}
	if (!key_resolve(near, false, &ref) && (scope || !bare)) {
		prefix = scope ? scope->name : scopes[0].name;
		dot = ".";
	}
	(void)snprintf(buf, size, "did you mean '%s%s%s'?", prefix, dot, near);

	return buf;
}

void *key_field(struct profile *p, const struct key *key, enum dir d)
{
	return (char *)(key->per_dir ? (void *)&p->dir[d] : p) + key->offset;
}

const void *key_field_const(const struct profile *p, const struct key *key, enum dir d)
{
	return (const char *)(key->per_dir ? (const void *)&p->dir[d] : p) + key->offset;
}

char *key_kinds(unsigned kinds, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (kinds & ON(i) && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%s",
						 used ? " or " : "", link_kind_names[i]);
	}

	return buf;
}
