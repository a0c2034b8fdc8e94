// SPDX-License-Identifier: ISC
#include "emul/job.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "tests/unit/shipped.h"

/* Writes a job and reads it back; free with job_free(). */
static struct job pass(const struct job *job)
{
	char *text = job_write(job);
	struct job read;
	struct err err;

	cr_assert_not_null(text);
	cr_assert_eq(job_read(text, strlen(text), &read, &err), 0, "%s", err.msg);
	free(text);

	return read;
}

/* Field by field: what lies between them may differ. */
static void same_dir(const struct profile_dir *a, const struct profile_dir *b, const char *name)
{
	cr_expect_eq(a->rate_bps, b->rate_bps, "%s", name);
	cr_expect_eq(a->queue_ns, b->queue_ns, "%s", name);
	cr_expect_eq(a->cir_bps, b->cir_bps, "%s", name);
	cr_expect_eq(a->burst_bytes, b->burst_bytes, "%s", name);
	cr_expect_eq(a->accounting, b->accounting, "%s", name);
	cr_expect_eq(a->cap_bps, b->cap_bps, "%s", name);
	cr_expect_eq(a->cap_pps, b->cap_pps, "%s", name);
	cr_expect_eq(a->delay_ns, b->delay_ns, "%s", name);
	cr_expect_eq(a->jitter_shape, b->jitter_shape, "%s", name);
	cr_expect_eq(a->jitter_ns, b->jitter_ns, "%s", name);
	cr_expect_eq(a->loss_model, b->loss_model, "%s", name);
	cr_expect_eq(a->loss_ratio, b->loss_ratio, "%s", name);
	cr_expect_eq(a->loss_p, b->loss_p, "%s", name);
	cr_expect_eq(a->loss_r, b->loss_r, "%s", name);
	cr_expect_eq(a->loss_bad, b->loss_bad, "%s", name);
	cr_expect_eq(a->loss_good, b->loss_good, "%s", name);
}

Test(job, profiles)
{
	char **names;
	struct err err;
	size_t n;

	cr_assert_eq(profile_names("profiles", &names, &n, &err), 0, "%s", err.msg);
	for (size_t i = 0; i < n; i++) {
		struct job job = { .kind = JOB_MEASURE, .profile = load(names[i]) }, read;
		const struct profile *a = &job.profile, *b = &read.profile;

		cr_assert_eq(profile_set(&job.profile, "to_vpc.delay=123456789ns", &err), 0);
		read = pass(&job);
		cr_expect_str_eq(a->name, b->name);
		cr_expect_str_eq(a->title, b->title);
		cr_expect_eq(a->kind, b->kind, "%s", names[i]);
		cr_expect_eq(a->mtu, b->mtu, "%s", names[i]);
		cr_expect_eq(a->c_tag, b->c_tag, "%s", names[i]);
		cr_expect_eq(a->s_tag, b->s_tag, "%s", names[i]);
		cr_expect_eq(a->s_tpid, b->s_tpid, "%s", names[i]);
		cr_expect_eq(a->encap_bytes, b->encap_bytes, "%s", names[i]);
		for (enum dir d = 0; d < DIR_COUNT; d++)
			same_dir(&a->dir[d], &b->dir[d], names[i]);
		job_free(&read);
	}
	profile_names_free(names, n);
}

Test(job, measurement)
{
	struct job job = {
		.kind = JOB_MEASURE,
		.profile = load("dx-dedicated-1g"),
		.seed = INT64_MAX,
		.phase = { .phase = PHASE_LOADED_TO_ONPREM,
			   .ramp_s = 0.5,
			   .duration_s = 1.0 / 3,
			   .probe_interval_us = 123,
			   .n_probes = 1000000,
			   .linger_s = 1e-9 },
		.method = { .flows = 64, .congestion_control = "bbr" },
	};
	struct job read = pass(&job);

	cr_expect_eq(read.kind, JOB_MEASURE);
	cr_expect_eq(read.seed, INT64_MAX);
	cr_expect_eq(read.phase.phase, PHASE_LOADED_TO_ONPREM);
	cr_expect_eq(read.phase.ramp_s, 0.5);
	/* To the last bit: two runs of one job measure the same. */
	cr_expect_eq(read.phase.duration_s, 1.0 / 3);
	cr_expect_eq(read.phase.probe_interval_us, 123);
	cr_expect_eq(read.phase.n_probes, 1000000);
	cr_expect_eq(read.phase.linger_s, 1e-9);
	cr_expect_eq(read.method.flows, 64);
	cr_expect_str_eq(read.method.congestion_control, "bbr");
	job_free(&read);
}

Test(job, verification)
{
	for (enum exercise_kind kind = 0; kind < EXERCISE_KIND_COUNT; kind++) {
		struct job job = {
			.kind = JOB_VERIFY,
			.profile = load("vpn-metro"),
			.seed = 7,
			.exercise = { .kind = kind, .scope = VERIFY_FULL, .samples = 20000 },
		};
		struct job read = pass(&job);

		cr_expect_eq(read.kind, JOB_VERIFY);
		cr_expect_eq(read.exercise.kind, kind);
		cr_expect_eq(read.exercise.scope, VERIFY_FULL);
		cr_expect_eq(read.exercise.samples, 20000);
		job_free(&read);
	}
}

static void same_strings(char *const *a, char *const *b)
{
	size_t i;

	for (i = 0; a[i] && b[i]; i++)
		cr_expect_str_eq(a[i], b[i], "%zu", i);
	cr_expect(!a[i] && !b[i], "not as many");
}

Test(job, command)
{
	char *argv[] = { (char *)"printf",
			 (char *)"",
			 (char *)" spaces  and\ttabs ",
			 (char *)"'single' \"double\" \\back\\",
			 (char *)"lines\nand\r\n",
			 (char *)"%s %n $HOME `id` ; | & < > * ?",
			 (char *)"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
			 (char *)"\x01\x1b[31m\x7f",
			 (char *)"--",
			 (char *)"-i",
			 NULL };
	char *env[] = { (char *)"EMPTY=", (char *)"A=b=c",	 (char *)"NOTHING",
			(char *)"=odd",	  (char *)"PS1=\\u\n$ ", NULL };
	char *none[] = { NULL };
	struct job job = {
		.kind = JOB_COMMAND,
		.profile = load("vpn-metro"),
		.argv = argv,
		.env = env,
		.cwd = (char *)"/tmp/a \"b\"\n",
		.use_stdin = true,
		.deadline_s = 0.25,
	};
	struct job read = pass(&job);

	cr_expect_eq(read.kind, JOB_COMMAND);
	same_strings(read.argv, argv);
	same_strings(read.env, env);
	cr_expect_str_eq(read.cwd, "/tmp/a \"b\"\n");
	cr_expect(read.use_stdin && !read.capture);
	cr_expect_eq(read.deadline_s, 0.25);
	job_free(&read);

	job.env = none;
	job.cwd = NULL;
	job.use_stdin = false;
	job.capture = true;
	read = pass(&job);
	same_strings(read.env, none);
	cr_expect_str_eq(read.cwd, "/");
	cr_expect(!read.use_stdin && read.capture);
	job_free(&read);
}

/* JSON cannot tell it; better no job than another one. */
Test(job, not_utf8)
{
	static const char *const rows[] = { "\xff", "x\x80", "\xc0\xaf", "\xed\xa0\x80",
					    "\xe2\x82" };
	char *fine[] = { (char *)"true", NULL };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *odd[] = { (char *)"true", (char *)rows[i], NULL };
		struct job job = { .kind = JOB_COMMAND, .profile = load("vpn-metro") };

		job.argv = odd;
		job.env = fine;
		cr_expect_null(job_write(&job), "argv, %zu", i);
		job.argv = fine;
		job.env = odd;
		cr_expect_null(job_write(&job), "env, %zu", i);
		job.env = fine;
		job.cwd = (char *)rows[i];
		cr_expect_null(job_write(&job), "cwd, %zu", i);
	}
}

/* A job that is cut off anywhere is refused with a message, and nothing of it stays. */
Test(job, truncated)
{
	struct job job = { .kind = JOB_PROBE, .profile = load("dx-hosted-50m") };
	char *text = job_write(&job);

	cr_assert_not_null(text);
	for (size_t len = 0; len < strlen(text); len++) {
		struct job read = { .seed = 42 };
		struct err err = { 0 };

		cr_expect_lt(job_read(text, len, &read, &err), 0, "%zu", len);
		cr_expect_neq(err.msg[0], '\0', "%zu", len);
		cr_expect_eq(read.seed, 42, "%zu", len);
	}
	free(text);
}

Test(job, refused)
{
	static const struct {
		const char *from, *to; /* what is changed in a good job */
		const char *msg;
	} rows[] = {
		{ "\"probe\"", "\"dance\"", "a field is missing" },
		{ "\"seed\"", "\"sead\"", "a field is missing" },
		{ "\"seed\":0", "\"seed\":\"0\"", "a field is missing" },
		{ "\"argv\":[]", "\"argw\":[]", "a field is missing" },
		{ "\"exercise\":{\"kind\":0", "\"exercise\":{\"kind\":5", "a field is missing" },
		{ "kind: hosted", "kind: posted", "kind: 'posted'" },
		{ "mtu: 1500", "mtu: 0", "mtu" },
	};
	struct job job = { .kind = JOB_PROBE, .profile = load("dx-hosted-50m") };
	char *text = job_write(&job);

	cr_assert_not_null(text);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *at = strstr(text, rows[i].from);
		struct job read = { .seed = 42 };
		struct err err = { 0 };
		char *changed;

		cr_assert_not_null(at, "%s in %s", rows[i].from, text);
		cr_assert_geq(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, rows[i].to,
				       at + strlen(rows[i].from)),
			      0);
		cr_expect_lt(job_read(changed, strlen(changed), &read, &err), 0, "%s", rows[i].to);
		cr_expect(strstr(err.msg, rows[i].msg), "%s: %s", rows[i].to, err.msg);
		cr_expect_eq(read.seed, 42, "%s", rows[i].to);
		free(changed);
	}
	free(text);
}
