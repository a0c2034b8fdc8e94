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
	JITTER_TABLE, /* the user's own, a .dist file of iproute2 */
	JITTER_SHAPE_COUNT,
};

enum loss_model {
	LOSS_RANDOM,	      /* independent, ratio; ratio 0 = no loss */
	LOSS_GILBERT,	      /* two states, all lost in the bad one: p, r */
	LOSS_GILBERT_ELLIOTT, /* two states with their own loss: p, r, bad, good */
	LOSS_FOUR_STATE, /* good, burst, good within a burst, single loss: p13, p31, p32, p23, p14 */
	LOSS_MODEL_COUNT,
};

/*
 * Who finds out that packets are too large for a link whose MTU is below that of the hosts' devices. AWS: "A
 * Site-to-Site VPN connection does not support Path MTU Discovery" (Site-to-Site VPN User Guide, quotas).
 */
enum pmtud {
	PMTUD_HOSTS, /* they know the path's MTU, as if by configuration or by a clamped MSS */
	PMTUD_ICMP,  /* they do not; routers do, and tell what they drop (RFC 1191) */
	/*
	 * Nobody: a black hole (RFC 2923, 2.1). The link drops what is too large, with or without DF, where it
	 * enters; a loss account has these packets under its policers (model/account.h).
	 */
	PMTUD_NONE,
	PMTUD_COUNT,
};

/* What keeps the queue in front of the shaper short. */
enum aqm {
	AQM_NONE,     /* drop-tail */
	AQM_CODEL,    /* RFC 8289 */
	AQM_FQ_CODEL, /* RFC 8290 */
	AQM_COUNT,
};

/* One direction. Times are one way. A zero rate means that the stage is absent. */
struct profile_dir {
	uint64_t rate_bps;     /* shaper: wire bits per second of the port or the ISP access */
	uint64_t queue_ns;     /* its drop-tail queue, in time at that rate with full-size frames */
	unsigned queue_frames; /* or in frames; one of both is 0 */
	enum aqm aqm;	       /* of the customer's router, which then shapes to that rate itself */

	uint64_t cir_bps;			       /* policer: committed information rate */
	uint64_t burst_bytes;			       /* its bucket */
	uint64_t partner_cir_bps, partner_burst_bytes; /* the partner's own, in front of it */
	enum accounting accounting;		       /* of both */

	uint64_t cap_bps; /* VPN tunnel endpoint: policer on the outer IP packet */
	uint64_t cap_pps; /* and packets per second */

	uint64_t delay_ns;
	enum jitter_shape jitter_shape;
	uint64_t jitter_ns; /* scale of the shape; 0 with a shape: none now, but in another step */
	uint64_t jitter_correlation_ns; /* after which the latency has forgotten what it was; 0 = by the scale */
	char jitter_table[128]; /* JITTER_TABLE: path of the .dist file */

	enum loss_model loss_model;
	double loss_ratio;     /* random */
	double loss_p, loss_r; /* Gilbert(-Elliott): good->bad, bad->good, per packet */
	double loss_bad,
		loss_good; /* Gilbert-Elliott: loss ratio within the bad and the good state */
	double loss_p13, loss_p31, loss_p32, loss_p23, loss_p14; /* four-state, as in tc-netem(8) */

	double reorder_ratio;	   /* share of packets that overtake */
	uint64_t reorder_depth_ns; /* those sent so long before them, at most */
	double duplicate_ratio;	   /* in front of the rate stage: copies use capacity */
	double corrupt_ratio;	   /* one bit is turned */
};

/*
 * From this time on, the directions are so. Times count from the start of a run. A step has keys of its own, by
 * their places in the table of keys (model/profile_keys.h); the rest is as in the step before it, the first one's as
 * in the link itself, and follows what profile_set() does there.
 */
struct profile_step {
	uint64_t at_ns;
	struct profile_dir dir[DIR_COUNT];
	uint64_t own[DIR_COUNT]; /* bit mask */
};

#define PROFILE_STEPS_MAX 24
#define PROFILE_SCHEDULE_MAX_NS (UINT64_C(168) * 3600 * 1000000000) /* a week */

struct profile {
	char name[64];
	char title[128];
	enum link_kind kind;
	unsigned mtu; /* of the IP packet on the link, bytes */
	enum pmtud pmtud;
	unsigned c_tag, s_tag; /* VLAN ids: of the virtual interface; of the partner (hosted) */
	unsigned s_tpid;       /* 0x8100 or 0x88a8: outer TPID on the partner's access leg */
	unsigned encap_bytes;  /* VPN: bytes that encapsulation adds to an IP packet */
	struct profile_dir dir[DIR_COUNT];

	/*
	 * Changes over time, in order of their times; before the first one, and without any, the link is as
	 * dir says. With a period, times count within it, and the run starts at schedule_start_ns: a daily
	 * curve is a period of 24 h.
	 */
	struct profile_step step[PROFILE_STEPS_MAX];
	unsigned n_steps;
	uint64_t schedule_period_ns, schedule_start_ns;
};

extern const char *const link_kind_names[LINK_KIND_COUNT];
extern const char *const accounting_names[ACCOUNTING_COUNT];
extern const char *const jitter_shape_names[JITTER_SHAPE_COUNT];
extern const char *const loss_model_names[LOSS_MODEL_COUNT];
extern const char *const aqm_names[AQM_COUNT];
extern const char *const pmtud_names[PMTUD_COUNT];

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
 * of at most PROFILE_MAX_BYTES. The path of a jitter.table is taken from the file's directory, and absolute
 * afterwards; profile_read() leaves it as it is.
 */
int profile_load(const char *dir, const char *name, struct profile *ret_profile, struct err *err);

/* Whether profile_load() takes it for a path. */
bool profile_is_path(const char *name);

/*
 * profile_text() - the text of that file, unread; the caller frees *ret_text, which is not terminated.
 * @ret_path: where it is, for messages
 */
int profile_text(const char *dir, const char *name, char *ret_path, size_t size, char **ret_text,
		 size_t *ret_len, struct err *err);

/*
 * profile_set() - override one key: "delay=4ms" (both directions), "to_vpc.delay=4ms", "mtu=9001".
 * loss.ratio makes the loss random, whatever the model was; loss.model drops the values of the old model;
 * a jitter.scale of 0 takes the shape away, unless a scheduled step has a scale of its own; one of queue and
 * queue_frames takes the place of the other. Values of another loss model than that in force are refused, and a
 * table without its shape. Scheduled steps that do not set the key follow. The result is not validated as a whole:
 * call profile_check() after the last one. On failure @p is unchanged.
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

/* Correlation time of the jitter in force: as given, else long enough for its scale. 0 without jitter. */
uint64_t profile_correlation_ns(const struct profile_dir *d);

#endif
