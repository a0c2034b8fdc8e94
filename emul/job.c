// SPDX-License-Identifier: ISC
#include "emul/job.h"

#include <bsd/string.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/util.h"
#include "emul/conductor.h"
#include "emul/plan.h"
#include "netns/ns.h"
#include "netns/probe.h"
#include "world/repeat.h"

static const char *const job_kind_names[JOB_KIND_COUNT] = {
	[JOB_MEASURE] = "measure", [JOB_COMMAND] = "command", [JOB_VERIFY] = "verify",
	[JOB_TEST] = "test",	   [JOB_PROBE] = "probe",
};

static json_t *strings_to_json(char *const *list)
{
	json_t *array = json_array();

	/* A byte string that is not UTF-8 cannot be told in JSON; job_write() then fails. */
	for (size_t i = 0; list && list[i]; i++)
		if (json_array_append_new(array, json_string(list[i])) < 0) {
			json_decref(array);
			return NULL;
		}

	return array;
}

static char **strings_from_json(const json_t *array)
{
	size_t n = json_array_size(array);
	char **list = calloc(n + 1, sizeof(*list));

	for (size_t i = 0; list && i < n; i++) {
		const char *s = json_string_value(json_array_get(array, i));

		list[i] = strdup(s ? s : "");
	}

	return list;
}

static void strings_free(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

static char *profile_to_text(const struct profile *p)
{
	char *text = NULL;
	size_t len;
	FILE *mem = open_memstream(&text, &len);

	if (!mem)
		return NULL;
	profile_write(p, mem);
	if (fclose(mem) != 0) {
		free(text);
		return NULL;
	}

	return text;
}

char *job_write(const struct job *job)
{
	auto_free char *profile = profile_to_text(&job->profile);
	const struct phase_plan *ph = &job->phase;
	const struct exercise *ex = &job->exercise;
	json_t *doc;
	char *text;

	if (!profile)
		return NULL;
	doc = json_pack("{s:s, s:s, s:I, s:{s:i, s:f, s:f, s:i, s:I, s:f}, s:{s:i, s:s},"
			" s:{s:i, s:i, s:I}, s:o, s:o, s:s, s:b, s:b, s:f, s:o}",
			"kind", job_kind_names[job->kind], "profile", profile, "seed",
			(json_int_t)job->seed, "phase", "id", (int)ph->phase, "ramp_s", ph->ramp_s,
			"duration_s", ph->duration_s, "probe_interval_us",
			(int)ph->probe_interval_us, "n_probes", (json_int_t)ph->n_probes,
			"linger_s", ph->linger_s, "method", "flows", (int)job->method.flows, "cc",
			job->method.congestion_control, "exercise", "kind", (int)ex->kind, "scope",
			(int)ex->scope, "samples", (json_int_t)ex->samples, "argv",
			strings_to_json(job->argv), "env", strings_to_json(job->env), "cwd",
			job->cwd ? job->cwd : "/", "stdin", job->use_stdin, "capture", job->capture,
			"deadline_s", job->deadline_s, "test", test_to_json(&job->test));
	text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;
	json_decref(doc);

	return text;
}

static int read_fields(const json_t *doc, struct job *job, const char **ret_profile)
{
	const char *kind, *cc, *cwd;
	const json_t *argv, *env, *test;
	json_int_t seed, n_probes, samples;
	int phase, interval, flows, exercise, scope, use_stdin, capture;

	if (json_unpack((json_t *)doc,
			"{s:s, s:s, s:I, s:{s:i, s:F, s:F, s:i, s:I, s:F}, s:{s:i, s:s},"
			" s:{s:i, s:i, s:I}, s:o, s:o, s:s, s:b, s:b, s:F, s:o}",
			"kind", &kind, "profile", ret_profile, "seed", &seed, "phase", "id", &phase,
			"ramp_s", &job->phase.ramp_s, "duration_s", &job->phase.duration_s,
			"probe_interval_us", &interval, "n_probes", &n_probes, "linger_s",
			&job->phase.linger_s, "method", "flows", &flows, "cc", &cc, "exercise",
			"kind", &exercise, "scope", &scope, "samples", &samples, "argv", &argv,
			"env", &env, "cwd", &cwd, "stdin", &use_stdin, "capture", &capture,
			"deadline_s", &job->deadline_s, "test", &test) < 0 ||
	    test_from_json(test, &job->test) < 0)
		return -EPROTO;

	for (job->kind = 0; job->kind < JOB_KIND_COUNT; job->kind++)
		if (!strcmp(kind, job_kind_names[job->kind]))
			break;
	if (job->kind == JOB_KIND_COUNT || exercise < 0 || exercise >= EXERCISE_KIND_COUNT)
		return -EPROTO;
	job->seed = (uint64_t)seed;
	job->phase.phase = (enum phase)phase;
	job->phase.probe_interval_us = (unsigned)interval;
	job->phase.n_probes = (uint64_t)n_probes;
	job->method.flows = (unsigned)flows;
	(void)strlcpy(job->method.congestion_control, cc, sizeof(job->method.congestion_control));
	job->exercise = (struct exercise){
		.kind = (enum exercise_kind)exercise,
		.scope = (enum verify_scope)scope,
		.samples = (uint64_t)samples,
	};
	job->argv = strings_from_json(argv);
	job->env = strings_from_json(env);
	job->cwd = strdup(cwd);
	job->use_stdin = use_stdin;
	job->capture = capture;

	return job->argv && job->env && job->cwd ? 0 : -ENOMEM;
}

int job_read(const char *text, size_t len, struct job *ret, struct err *err)
{
	json_error_t je;
	json_t *doc = json_loadb(text, len, 0, &je);
	struct job job = { 0 };
	const char *profile = NULL;
	int r = doc ? read_fields(doc, &job, &profile) : -EPROTO;

	if (r < 0)
		err_sys(err, r, "job: %s", doc ? "a field is missing" : je.text);
	else
		r = profile_read(profile, strlen(profile), "job", &job.profile, err);
	json_decref(doc);
	if (r < 0)
		job_free(&job);
	else
		*ret = job;

	return r;
}

void job_free(struct job *job)
{
	strings_free(job->argv);
	strings_free(job->env);
	free(job->cwd);
	*job = (struct job){ 0 };
}

/* Settings of the whole kernel, which are ours to make in a world of our own only. */
static int tune_kernel(struct err *err)
{
	static const struct {
		const char *key, *value;
	} list[] = {
		/* Several thousand frames can come at one instant of virtual time. */
		{ "net.core.netdev_max_backlog", "1000000" },
		/*
		 * In pages, and beyond what the world has: sockets are charged for what they send as if it were
		 * theirs alone, which it is not (traffic/bulk_io.h). Under pressure flows would be slow without a
		 * word; a world without memory ends with one.
		 */
		{ "net.ipv4.tcp_mem", "1048576 1048576 1048576" },
		/* So that `iperf3 -w` gets what it asks for. */
		{ "net.core.rmem_max", "134217728" },
		{ "net.core.wmem_max", "134217728" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		if (ns_sysctl("", list[i].key, list[i].value, err) < 0)
			return err->code;

	return 0;
}

/* Answers with the features of the kernel that do not work: name -> option. */
int probe_run(struct inside *in, struct err *err)
{
	const struct kernel_feature *features;
	json_t *missing = json_object();
	auto_free char *text = NULL;
	size_t n;
	int r = kernel_probe(&features, &n, err);

	for (size_t i = 0; r == 0 && i < n; i++)
		if (features[i].status < 0)
			(void)json_object_set_new(missing, features[i].name,
						  json_string(features[i].option));
	text = json_dumps(missing, JSON_COMPACT);
	json_decref(missing);
	if (r < 0)
		return r;
	r = text ? frame_send(in->channel, FRAME_RESULT, text, strlen(text)) : -ENOMEM;

	return r < 0 ? err_sys(err, r, "send the result") : 0;
}

/* In a lab that is up. */
static int run_kind(struct inside *in, const struct job *job, struct err *err)
{
	switch (job->kind) {
	case JOB_MEASURE:
		return measure_run(in, job, err);
	case JOB_COMMAND:
		return command_run(in, job, err);
	case JOB_VERIFY:
		return verify_run(in, job, err);
	case JOB_TEST:
		return test_run(in, job, err);
	case JOB_PROBE:
	case JOB_KIND_COUNT:
		break;
	}

	return err_set(err, -EPROTO, "a job that needs no lab");
}

static int run_in_lab(struct inside *in, const struct job *job, struct err *err)
{
	struct conductor *conductor;
	struct err stop_err;
	struct plan plan;
	int r = in->kind == WORLD_HOST ? 0 : tune_kernel(err), stopped;

	if (r == 0 && in->kind == WORLD_VIRTUAL)
		r = repeat_seed(job->seed, err);
	if (r == 0)
		r = plan_make(&job->profile, job->seed, &plan, err);
	if (r < 0)
		return r;
	r = plan_apply(&plan, err);
	plan_free(&plan);
	if (r < 0)
		return r;
	/* How long devices took to come up must not be seen in what follows. */
	inside_start_at(in, JOB_START_S);

	r = conductor_start(&job->profile, job->seed, JOB_START_S * NSEC_PER_SEC, &conductor, err);
	if (r < 0)
		return r;
	r = run_kind(in, job, err);
	stopped = conductor_stop(conductor, &stop_err);
	if (r == 0 && stopped < 0) {
		*err = stop_err;
		r = stopped;
	}

	return r;
}

int job_run(struct inside *in, const char *text, size_t len, struct err *err)
{
	struct job job;
	int r = job_read(text, len, &job, err);

	if (r < 0)
		return r;
	if (job.kind == JOB_VERIFY)
		exercise_profile(job.exercise.kind, &job.profile);
	r = job.kind == JOB_PROBE ? probe_run(in, err) : run_in_lab(in, &job, err);
	job_free(&job);

	return r;
}
