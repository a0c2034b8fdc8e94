/* SPDX-License-Identifier: ISC */
/*
 * A link profile: what a link is asked to be. Read from YAML by one table of keys (model/profile_keys.c),
 * from which parsing, range checks, `profile show` and the help all come.
 */
#ifndef DXEMU_MODEL_PROFILE_H
#define DXEMU_MODEL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "model/link.h"

enum link_kind {
	LINK_DEDICATED, /* one 802.1Q tag from the customer's router to the AWS router */
	LINK_HOSTED,	/* Q-in-Q up to the partner, who pops the S-tag; one tag into AWS */
	LINK_VPN,	/* untagged, encapsulation counted in the rate */
	LINK_KIND_COUNT,
};

enum accounting {
	ACCOUNT_L1, /* frame + FCS + preamble and gap */
	ACCOUNT_L2, /* frame with FCS and C-tag */
	ACCOUNT_L3, /* IP packet */
	ACCOUNTING_COUNT,
};

enum jitter_shape {
	JITTER_NONE,
	JITTER_UNIFORM,
	JITTER_NORMAL,
	JITTER_HALF_NORMAL,
	JITTER_PARETO,
	JITTER_PARETO_NORMAL,
	JITTER_SHAPE_COUNT,
};

enum loss_model {
	LOSS_RANDOM,	      /* independent, ratio; ratio 0 = no loss */
	LOSS_GILBERT,	      /* two states, all lost in the bad one: p, r */
	LOSS_GILBERT_ELLIOTT, /* two states with their own loss: p, r, bad, good */
	LOSS_MODEL_COUNT,
};

/* One direction. Times are one way. A zero rate means that the stage is absent. */
struct profile_dir {
	uint64_t rate_bps; /* shaper: wire bits per second of the port or the ISP access */
	uint64_t queue_ns; /* its drop-tail queue, in time at that rate with full-size frames */

	uint64_t cir_bps;     /* policer: committed information rate */
	uint64_t burst_bytes; /* its bucket */
	enum accounting accounting;

	uint64_t cap_bps; /* VPN tunnel endpoint: policer on the outer IP packet */
	uint64_t cap_pps; /* and packets per second */

	uint64_t delay_ns;
	enum jitter_shape jitter_shape;
	uint64_t jitter_ns; /* scale of the shape */

	enum loss_model loss_model;
	double loss_ratio;     /* random */
	double loss_p, loss_r; /* Gilbert(-Elliott): good->bad, bad->good, per packet */
	double loss_bad,
		loss_good; /* Gilbert-Elliott: loss ratio within the bad and the good state */
};

struct profile {
	char name[64];
	char title[128];
	enum link_kind kind;
	unsigned mtu;	       /* of the IP packet on the link, bytes */
	unsigned c_tag, s_tag; /* VLAN ids: of the virtual interface; of the partner (hosted) */
	unsigned s_tpid;       /* 0x8100 or 0x88a8: outer TPID on the partner's access leg */
	unsigned encap_bytes;  /* VPN: bytes that encapsulation adds to an IP packet */
	struct profile_dir dir[DIR_COUNT];
};

extern const char *const link_kind_names[LINK_KIND_COUNT];
extern const char *const accounting_names[ACCOUNTING_COUNT];
extern const char *const jitter_shape_names[JITTER_SHAPE_COUNT];
extern const char *const loss_model_names[LOSS_MODEL_COUNT];

/*
 * profile_read() - parse and validate a profile.
 * @text, @len: YAML, at most PROFILE_MAX_BYTES
 * @name: what messages call it (a file's path)
 *
 * Errors are err_input(): "name:line:column: key: what was found; what is allowed". Returns 0 or -errno;
 * *ret_profile is written on success only.
 */
#define PROFILE_MAX_BYTES (1U << 20)
int profile_read(const char *text, size_t len, const char *name, struct profile *ret_profile,
		 struct err *err);

/*
 * profile_load() - a profile by name from @dir ("dx-dedicated-1g"), or by path (contains '/' or ends in
 * .yaml or .yml). An unknown name is err_input() and suggests the nearest; so is what is not a regular file
 * of at most PROFILE_MAX_BYTES.
 */
int profile_load(const char *dir, const char *name, struct profile *ret_profile, struct err *err);

/*
 * profile_text() - the text of that file, unread; the caller frees *ret_text, which is not terminated.
 * @ret_path: where it is, for messages
 */
int profile_text(const char *dir, const char *name, char *ret_path, size_t size, char **ret_text,
		 size_t *ret_len, struct err *err);

/*
 * profile_set() - override one key: "delay=4ms" (both directions), "to_vpc.delay=4ms", "mtu=9001".
 * loss.ratio makes the loss random, whatever the model was; loss.model drops the values of the old model;
 * a jitter.scale of 0 takes the shape away. Values of another loss model than that in force are refused.
 * The result is not validated as a whole: call profile_check() after the last one. On failure @p is unchanged.
 */
int profile_set(struct profile *p, const char *assignment, struct err *err);

/* Contradictions between values: a burst below one frame, a hosted link without a policer, ... */
int profile_check(const struct profile *p, struct err *err);

/* Canonical YAML: profile_read() of it gives the same profile. Without sources and comments. */
void profile_write(const struct profile *p, FILE *out);

/* Names of the profiles in @dir, sorted with numbers by value; the caller frees with profile_names_free(). */
int profile_names(const char *dir, char ***ret_names, size_t *ret_n, struct err *err);
void profile_names_free(char **names, size_t n);

/*
 * Expected loss ratio of the model over long times, and expected number of loss episodes per packet: single
 * losses where it is random, else visits to the bad state (in which Gilbert-Elliott need not lose anything).
 */
double profile_loss_ratio(const struct profile_dir *d);
double profile_loss_episodes(const struct profile_dir *d);

#endif
