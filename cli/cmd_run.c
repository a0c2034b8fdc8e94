// SPDX-License-Identifier: ISC
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/auto.h"
#include "base/io.h"
#include "base/rng.h"
#include "cli/comparison.h"
#include "cli/document.h"
#include "cli/options.h"
#include "cli/test_options.h"
#include "cli/testing.h"
#include "cli/verification.h"
#include "emul/capture.h"
#include "emul/job.h"
#include "emul/phases.h"

/* Where the output of a command goes as it comes. */
struct receiver {
	const struct profile *profile;
	int pcap_dir;		    /* -1 = none */
	int pcap[CAPTURE_LEGS_MAX]; /* -1 = not open yet */
	int status;		    /* of the command */
	struct err err;
};

static int write_capture(struct receiver *rx, const uint8_t *data, size_t len)
{
	size_t leg;
	int r;

	if (len < 1 || data[0] >= capture_legs(rx->profile) || rx->pcap_dir < 0)
		return -EPROTO;
	leg = data[0];
	if (rx->pcap[leg] < 0) {
		char name[64], file[80];

		capture_leg_name(rx->profile, leg, name, sizeof(name));
		(void)snprintf(file, sizeof(file), "%s.pcap", name);
		rx->pcap[leg] =
			openat(rx->pcap_dir, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (rx->pcap[leg] < 0)
			return err_sys(&rx->err, -errno, "capture '%s'", file);
	}
	r = write_all(rx->pcap[leg], data + 1, len - 1);

	return r < 0 ? err_sys(&rx->err, r, "write a capture") : 0;
}

static int on_frame(void *ctx, enum frame_type type, const uint8_t *data, size_t len)
{
	struct receiver *rx = ctx;
	json_t *doc;
	int r = 0;

	switch (type) {
	case FRAME_STDOUT:
	case FRAME_STDERR:
		r = write_all(type == FRAME_STDOUT ? STDOUT_FILENO : STDERR_FILENO, data, len);
		return r < 0 ? err_sys(&rx->err, r, "output of the command") : 0;
	case FRAME_CAPTURE:
		return write_capture(rx, data, len);
	case FRAME_RESULT:
		doc = json_loadb((const char *)data, len, 0, NULL);
		if (!doc || json_unpack(doc, "{s:i}", "status", &rx->status) < 0 ||
		    rx->status < 0 || rx->status > UINT8_MAX)
			r = -EPROTO;
		json_decref(doc);
		return r;
	case FRAME_JOB:
	case FRAME_STDIN:
	case FRAME_PROGRESS:
	case FRAME_SAMPLES:
	case FRAME_ROW:
	case FRAME_ERROR:
		break;
	}

	return 0;
}

static int open_pcap_dir(const char *path, struct err *err)
{
	int fd;

	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return err_input(err, "--pcap '%s': %s", path, strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || faccessat(fd, ".", W_OK, 0) < 0) {
		err_input(err, "--pcap '%s': %s", path, strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return err->code;
	}

	return fd;
}

static char *write_job(const struct options *o, const struct profile *p, char **argv)
{
	char cwd[PATH_MAX];
	struct job job = {
		.kind = JOB_COMMAND,
		.profile = *p,
		.seed = rng_derive(o->seed, PHASE_COUNT) >> 1,
		.argv = argv,
		.env = environ,
		.cwd = getcwd(cwd, sizeof(cwd)) ? cwd : NULL,
		.use_stdin = o->use_stdin,
		.capture = o->pcap_dir != NULL,
		.deadline_s = o->deadline_s,
	};

	return job_write(&job);
}

/* The short form of the certificate; says on standard error what is wrong with the link. */
static int check_link(const struct options *o, const struct profile *p, struct err *err)
{
	struct options quiet = *o;
	struct result result;

	quiet.quiet = true;
	quiet.verbose = false;
	if (verification_run(&quiet, p, 1, VERIFY_SHORT, &result, err) < 0)
		return err->code;
	verification_warn(&result.links[0]);
	document_free(&result);

	return 0;
}

static int run_command(const struct options *o, const struct profile *p, char **argv,
		       struct err *err)
{
	auto_close int pcap_dir = o->pcap_dir ? open_pcap_dir(o->pcap_dir, err) : -1;
	struct receiver rx = { .profile = p, .pcap_dir = pcap_dir };
	struct world_opts world;
	struct world_task task = { .on_frame = on_frame, .ctx = &rx };
	auto_free char *job = NULL;
	int r;

	if ((o->pcap_dir && pcap_dir < 0) || options_world(o, &world, err) < 0)
		return err->code;
	job = write_job(o, p, argv);
	if (!job)
		return err_input(err, "the command or the environment holds text that is not "
				      "UTF-8");
	task.job = job;
	task.job_len = strlen(job);
	for (size_t i = 0; i < CAPTURE_LEGS_MAX; i++)
		rx.pcap[i] = -1;

	if (verification_wanted(o) && check_link(o, p, err) < 0)
		return err->code;
	r = world_run_all(&world, &task, 1, o->use_stdin ? STDIN_FILENO : -1, NULL, NULL, err);
	for (size_t i = 0; i < CAPTURE_LEGS_MAX; i++)
		if (rx.pcap[i] >= 0)
			(void)close(rx.pcap[i]);
	if (r < 0) {
		if (rx.err.code)
			*err = rx.err;
		return r;
	}

	return rx.status;
}

/* Options of methods that have none to belong to. */
static bool has_test_options(const struct options *o)
{
	for (size_t i = 0; i < TEST_OPTION_COUNT; i++)
		if (o->test_values[i])
			return true;

	return o->csv_dir || o->json_stream;
}

static int measure(const struct options *o, const struct profile *p, struct err *err)
{
	struct test test;

	if (o->pcap_dir || o->use_stdin || o->deadline_s != DEADLINE_DEFAULT_S)
		return cmd_usage(&cmd_run, err,
				 "--pcap, --deadline and -i want a command after '--'");
	if (o->test_values[TEST_OPTION_METHOD] && o->budget_s != PHASE_BUDGET_DEFAULT_S)
		return cmd_usage(&cmd_run, err, "--method takes no --budget, but --duration");

	if (o->test_values[TEST_OPTION_METHOD])
		return test_from_options(&cmd_run, o, &test, err) < 0
			       ? err->code
			       : testing_run(o, p, &test, err);
	if (has_test_options(o))
		return cmd_usage(&cmd_run, err, "--direction, --csv and the like go with --method");

	return comparison_run(o, p, 1, err);
}

static int run(int argc, char **argv, struct err *err)
{
	const unsigned takes = OPT_WORLD | OPT_SEED | OPT_SET | OPT_JSON | OPT_OUTPUT |
			       OPT_MEASURE | OPT_COMMAND | OPT_CHECK | OPT_TEST;
	auto_free struct profile *p = NULL;
	struct options o;
	int first, end, command, r;

	first = options_parse(&cmd_run, takes, argc, argv, &o, &end, &command, err);
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_run);
	if (first > 0 && end - first != 1)
		first = cmd_usage(&cmd_run, err,
				  "name one profile; 'dxemu profile list' shows them");
	if (first > 0 && end < argc && command == argc)
		first = cmd_usage(&cmd_run, err, "'--' wants a command after it");
	if (first > 0 && options_profiles(&o, argv + first, 1, &p, err) < 0)
		first = err->code;
	if (first > 0 && command < argc && has_test_options(&o))
		first = cmd_usage(&cmd_run, err,
				  "--method is for measurements, and wants no command");
	if (first > 0 && command < argc && (o.json || o.output))
		first = cmd_usage(&cmd_run, err,
				  "--json and -o are for measurements, and want no command");
	if (command == argc)
		return first < 0 ? first : measure(&o, p, err);

	r = first < 0 ? first : run_command(&o, p, argv + command, err);
	if (r < 0)
		err->kind = ERR_OWN;

	return r;
}

const struct cmd cmd_run = {
	.name = "run",
	.args = "PROFILE [options] [-- COMMAND...]",
	.summary = "one link: measure it, or run a program of yours over it",
	.help = "With a COMMAND, runs that program, unmodified, on the on-premises host of the "
		"world. The\n"
		"names 'onprem' and 'vpc' resolve there; on the VPC's host an iperf3 server and a "
		"UDP\n"
		"echo (port 7) listen. It sees this machine's files read-only, /tmp and /run "
		"excepted,\n"
		"which are the world's own. Its output and exit status come back; dxemu's own "
		"failures\n"
		"have status 125. Without a COMMAND, the link is measured as by 'dxemu "
		"compare', or\n"
		"(--method) by one of the methods below.\n"
		"Before the command starts, the link is checked; that it is not what its profile "
		"asks for\n"
		"is said on standard error.\n\n"
		"options:\n"
		"  -i, --interactive  pass standard input on; a virtual world gets all of it in "
		"advance,\n"
		"                   since virtual time does not wait for a keyboard\n"
		"  --pcap DIR       write one capture per wire of the lab to DIR\n"
		"  --deadline S     the world's time that the command may take (default 86400)\n"
		"  --set KEY=VALUE  change one number of the profile; 'dxemu profile keys' lists "
		"them\n"
		"  --no-verify      do not check the link; in real time (--world) none is "
		"checked\n"
		"  --world KIND     virtual (default: virtual time, exact and repeatable), "
		"realtime, or\n"
		"                   host (this machine's own kernel; needs root, sch_netem and "
		"8021q)\n"
		"  --seed N         every random choice comes from it (default 1)\n"
		"  --wall-limit S   end the world after S seconds of wall time (default: none)\n"
		"  -v, --verbose    print the messages of the world's kernel\n"
		"  --json, -o or --output FILE, --budget S, --duration S, --flows N, --cc NAME,\n"
		"  -q or --quiet\n"
		"                   without a COMMAND, as for 'dxemu compare'\n\n"
		"examples:\n"
		"  dxemu run dx-dedicated-1g -- iperf3 -c vpc -t 10\n"
		"  dxemu run dx-hosted-50m --pcap captures -- ping -c 3 vpc\n"
		"  dxemu run vpn-metro -i -- sh < script\n"
		"  dxemu run dx-hosted-200m --method udp --rate 240mbit --frame imix\n"
		"  dxemu run vpn-metro --method tcp --flows 4 --direction both --background 30%\n"
		"  dxemu run dx-hosted-50m --method policing\n\n",
	.more_help = test_options_help,
	.run = run,
};
