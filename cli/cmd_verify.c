// SPDX-License-Identifier: ISC
#include <limits.h>
#include <stdio.h>

#include "base/auto.h"
#include "cli/document.h"
#include "cli/options.h"
#include "cli/verification.h"
#include "report/report.h"
#include "report/verdict.h"

static int all_profiles(const struct options *o, struct profile **ret, size_t *ret_n,
			struct err *err)
{
	char dir[PATH_MAX];
	char **names;
	size_t n;
	int r;

	(void)snprintf(dir, sizeof(dir), "%s/profiles", data_dir());
	r = profile_names(dir, &names, &n, err);
	if (r < 0)
		return r;
	r = options_profiles(o, names, n, ret, err);
	profile_names_free(names, n);
	if (r == 0)
		*ret_n = n;

	return r;
}

/* The worst that was found of any link: a certificate with a failure is one, whatever else is not known. */
static int status_of(const struct result *result)
{
	int status = EXIT_YES;

	for (size_t i = 0; i < result->n_links; i++) {
		enum verdict verdict = verdict_of(&result->links[i]);

		if (verdict == VERDICT_FAIL)
			return EXIT_NO;
		if (verdict == VERDICT_INCONCLUSIVE)
			status = EXIT_INCONCLUSIVE;
	}

	return status;
}

static int verify(const struct options *o, const struct profile *profiles, size_t n,
		  struct err *err)
{
	struct result result = { 0 };
	int status, r;

	if (document_check_output(o, err) < 0)
		return err->code;
	r = verification_run(o, profiles, n, VERIFY_FULL, &result, err);
	if (r == 0)
		r = document_show(o, &result, report_certificate, err);
	status = status_of(&result);
	document_free(&result);

	return r < 0 ? r : status;
}

static int run(int argc, char **argv, struct err *err)
{
	const unsigned takes = OPT_WORLD | OPT_SEED | OPT_SET | OPT_JSON | OPT_OUTPUT | OPT_VERIFY;
	auto_free struct profile *profiles = NULL;
	struct options o;
	int first, end, command, r;
	size_t n;

	first = options_parse(&cmd_verify, takes, argc, argv, &o, &end, &command, err);
	if (first < 0)
		return first;
	if (first == OPTIONS_HELP)
		return cmd_help(&cmd_verify);
	if (end < argc)
		return cmd_usage(&cmd_verify, err, "it runs no command; 'dxemu run' does");
	if (o.all && first < end)
		return cmd_usage(&cmd_verify, err, "--all, or profiles by name; not both");
	if (!o.all && first == end)
		return cmd_usage(&cmd_verify, err,
				 "name one profile or more, or --all; 'dxemu profile list' shows "
				 "them");
	n = (size_t)(end - first);
	r = o.all ? all_profiles(&o, &profiles, &n, err)
		  : options_profiles(&o, argv + first, n, &profiles, err);

	return r < 0 ? r : verify(&o, profiles, n, err);
}

const struct cmd cmd_verify = {
	.name = "verify",
	.args = "PROFILE... [options]",
	.summary = "prove that links are what was asked for: a certificate, row by row",
	.help = "Each link is put through exercises that show one stage after the other, each in "
		"a world of\n"
		"its own. The certificate sets what the profile asks for against what was found, "
		"in each\n"
		"direction: rate, queue, burst, delay, jitter, loss, order. A correct link fails "
		"a row by\n"
		"chance once in a million. Rows that rest on too few samples (fewer than 20 "
		"losses to expect,\n"
		"say) are inconclusive.\n\n"
		"exit status: 0 every link is what was asked for; 1 a row fails; 5 none fails, "
		"but a stage\n"
		"was not shown. Events too rare to be counted (loss, duplicates, corruption, "
		"reordering) need\n"
		"not be shown: their rows say so, and that is all.\n\n"
		"options:\n"
		"  --all            every profile that comes with dxemu, instead of PROFILE...\n"
		"  --samples N      of each distribution, instead of as many as it takes\n"
		"  --json           print the result document (JSON) instead of the tables\n"
		"  -o, --output FILE\n"
		"                   save the result document to FILE\n"
		"  --set [PROFILE:]KEY=VALUE\n"
		"                   change one number of a profile; 'dxemu profile keys' lists "
		"them\n"
		"  --world KIND     virtual (default: virtual time, exact and repeatable), "
		"realtime, or\n"
		"                   host (this machine's own kernel; needs root, sch_netem and "
		"8021q). In\n"
		"                   real time what the machine does is found, too\n"
		"  --seed N         every random choice comes from it (default 1)\n"
		"  --wall-limit S   end a world that takes longer than S seconds (default: none)\n"
		"  -v, --verbose    print the messages of the worlds' kernels\n"
		"  -q, --quiet      no progress line\n\n"
		"examples:\n"
		"  dxemu verify dx-hosted-200m vpn-metro\n"
		"  dxemu verify --all -o certificate.json\n",
	.run = run,
};
