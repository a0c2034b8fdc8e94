// SPDX-License-Identifier: ISC
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/units.h"
#include "base/util.h"
#include "cli/profile_docs.h"
#include "emul/phases.h"
#include "emul/stages.h"
#include "model/profile_keys.h"
#include "model/yaml.h"

/* How much the columns of the table can be trusted. */
enum trust { TRUST_RATE, TRUST_DELAY, TRUST_JITTER, TRUST_LOSS, TRUST_COUNT };

struct trusts {
	const char *word[TRUST_COUNT]; /* the lowest that is given; NULL for none */
};

static bool find_trust(const char *key, enum trust *ret)
{
	static const struct {
		const char *key;
		enum trust trust;
	} about[] = {
		{ "rate", TRUST_RATE },	      { "cir", TRUST_RATE },
		{ "delay", TRUST_DELAY },     { "jitter.scale", TRUST_JITTER },
		{ "loss.ratio", TRUST_LOSS }, { "loss.p", TRUST_LOSS },
		{ "loss.r", TRUST_LOSS },     { "loss.p13", TRUST_LOSS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(about); i++) {
		if (strcmp(about[i].key, key) == 0) {
			*ret = about[i].trust;
			return true;
		}
	}

	return false;
}

static int see_confidence(void *context, enum yaml_event event, const struct yaml_at *at,
			  const char *text, struct err *err)
{
	static const char *const words[] = { "low", "medium", "high" };
	const char *dot = strrchr(at->path, '.');
	struct trusts *t = context;
	struct key_ref ref;
	enum trust trust;
	char path[64];

	(void)err;
	if (event != YAML_VALUE || !dot || strcmp(dot, ".confidence") != 0)
		return 0;
	(void)snprintf(path, sizeof(path), "%.*s", (int)(dot - at->path), at->path);
	if (!key_resolve(path, false, &ref) || !find_trust(ref.key->name, &trust))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(text, words[i]) == 0 ||
		    (t->word[trust] && strcmp(t->word[trust], words[i]) == 0)) {
			t->word[trust] = words[i];
			break;
		}
	}

	return 0;
}

static int read_trusts(const char *dir, const char *name, struct trusts *ret, struct err *err)
{
	auto_free char *text = NULL;
	char path[PATH_MAX];
	size_t len = 0;
	int r;

	*ret = (struct trusts){ 0 };
	r = profile_text(dir, name, path, sizeof(path), &text, &len, err);
	if (r < 0)
		return r;

	return yaml_walk(text, len, path, see_confidence, ret, err);
}

static char *limit_cell(const struct profile *p, enum dir dir, char *buf, size_t size)
{
	const struct profile_dir *d = &p->dir[dir];
	char queue[32], rate[32], pps[32];

	if (d->cir_bps) {
		(void)snprintf(buf, size, "burst %s%s",
			       unit_format(UNIT_BYTES, d->burst_bytes, rate, sizeof(rate)),
			       d->partner_cir_bps ? ", twice" : "");
		return buf;
	}
	if (d->queue_frames)
		(void)snprintf(queue, sizeof(queue), "%u frames", d->queue_frames);
	else
		(void)unit_format(UNIT_TIME, d->queue_ns, queue, sizeof(queue));
	if (d->cap_bps && d->cap_pps)
		(void)snprintf(buf, size, "queue %s; tunnel %s, %s", queue,
			       unit_format(UNIT_RATE, d->cap_bps, rate, sizeof(rate)),
			       unit_format(UNIT_PPS, d->cap_pps, pps, sizeof(pps)));
	else
		(void)snprintf(buf, size, "queue %s", queue);

	return buf;
}

static char *burst_cell(const struct profile *p, enum dir dir, char *buf, size_t size)
{
	const struct profile_dir *d = &p->dir[dir];
	double frame_ms = 8e3 * stage_wire_bytes(p) / (double)link_rate_bps(p, dir);
	double episodes = profile_loss_episodes(d), lost, packets, spell_ms;

	if (d->loss_model == LOSS_RANDOM || episodes <= 0) {
		(void)snprintf(buf, size, "-");
		return buf;
	}
	lost = profile_loss_ratio(d) / episodes;
	packets = d->loss_r > 0 ? 1 / d->loss_r : lost;
	spell_ms = packets * frame_ms;
	(void)snprintf(buf, size, "%.3g (%.*g ms)", packets, spell_ms < 100 ? 2 : 3, spell_ms);
	if (packets > 1.01 * lost)
		(void)snprintf(buf + strlen(buf), size - strlen(buf), ", %.2g lost", lost);

	return buf;
}

static char *loss_cell(const struct profile *p, enum dir dir, char *buf, size_t size)
{
	return profile_share(profile_loss_ratio(&p->dir[dir]), buf, size);
}

static char *rate_cell(const struct profile *p, enum dir dir, char *buf, size_t size)
{
	return profile_rate_cell(&p->dir[dir], buf, size);
}

static char *delay_cell(const struct profile *p, enum dir dir, char *buf, size_t size)
{
	return profile_delay_cell(&p->dir[dir], buf, size);
}

static char *jitter_cell(const struct profile *p, enum dir dir, char *buf, size_t size)
{
	return profile_jitter_cell(&p->dir[dir], buf, size);
}

static const struct column {
	const char *title;
	char *(*cell)(const struct profile *p, enum dir dir, char *buf, size_t size);
} columns[] = {
	{ "Rate", rate_cell },	   { "Limit", limit_cell }, { "Delay", delay_cell },
	{ "Jitter", jitter_cell }, { "Loss", loss_cell },   { "In bursts of", burst_cell },
};

static void print_heading(enum link_kind kind)
{
	static const char *const titles[LINK_KIND_COUNT] = {
		[LINK_DEDICATED] = "Dedicated: a port, whose queue drops what does not fit",
		[LINK_HOSTED] = "Hosted: what exceeds the rate is dropped, nothing queues",
		[LINK_VPN] = "VPN: an internet access and its queue, and the tunnel's own limits",
	};

	printf("\n### %s\n\n| Profile |", titles[kind]);
	for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
		printf(" %s |", columns[c].title);
	printf(" MTU | Confidence |\n|");
	for (size_t c = 0; c < ARRAY_SIZE(columns) + 3; c++)
		printf(" --- |");
	printf("\n");
}

static void print_row(const struct profile *p, const struct trusts *trusts)
{
	char cell[DIR_COUNT][96];

	printf("| [%s](%s.yaml)%s |", p->name, p->name, p->n_steps ? " (changes over time)" : "");
	for (size_t c = 0; c < ARRAY_SIZE(columns); c++) {
		for (enum dir d = 0; d < DIR_COUNT; d++)
			(void)columns[c].cell(p, d, cell[d], sizeof(cell[d]));
		if (strcmp(cell[TO_VPC], cell[TO_ONPREM]) == 0)
			printf(" %s |", cell[TO_VPC]);
		else
			printf(" %s / %s |", cell[TO_VPC], cell[TO_ONPREM]);
	}
	printf(" %u |", p->mtu);
	for (size_t t = 0; t < TRUST_COUNT; t++)
		printf("%s %s", t ? "," : "", trusts->word[t] ? trusts->word[t] : "-");
	printf(" |\n");
}

static void print_keys(bool per_dir)
{
	const unsigned any = (1U << LINK_KIND_COUNT) - 1;

	printf("\n### %s\n\n| Key | What | Allowed | Kinds |%s\n| --- | --- | --- | --- |%s\n",
	       per_dir ? "Per direction, under `both:`, `to_vpc:` or `to_onprem:`" : "Of the link",
	       per_dir ? " May be scheduled |" : "", per_dir ? " --- |" : "");
	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		char allowed[128], kinds[64];

		if (key->per_dir != per_dir)
			continue;
		printf("| `%s` | %s | %s | %s%s |", key->name, key->help,
		       key_allowed(key, allowed, sizeof(allowed)),
		       key->kinds == any ? "all" : key_kinds(key->kinds, kinds, sizeof(kinds)),
		       key->needed & key->kinds ? "; needed" : "");
		if (per_dir)
			printf(" %s |", key->fixed ? "no" : "yes");
		printf("\n");
	}
}

int profile_readme(const char *dir, struct err *err)
{
	auto_free struct profile *profiles = NULL;
	size_t n;
	int r;

	r = shipped_profiles(dir, &profiles, &n, err);
	if (r < 0)
		return r;

	profile_print_use();
	for (size_t i = 0; i < n; i++) {
		struct trusts trusts;

		r = read_trusts(dir, profiles[i].name, &trusts, err);
		if (r < 0)
			return r;
		if (i == 0 || profiles[i].kind != profiles[i - 1].kind)
			print_heading(profiles[i].kind);
		print_row(&profiles[i], &trusts);
	}
	profile_print_format();
	print_keys(false);
	print_keys(true);

	return 0;
}
