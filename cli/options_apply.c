// SPDX-License-Identifier: ISC
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "cli/options.h"
#include "emul/job.h"
#include "world/kernel.h"

/* "NAME:key=value" or "key=value", which is for every profile. */
static int apply_set(const char *set, char **names, struct profile *p, size_t n, struct err *err)
{
	const char *equals = strchr(set, '='), *colon = strchr(set, ':');
	size_t len;
	bool found = false;

	if (!equals)
		return err_input(err, "--set '%s': write PROFILE:KEY=VALUE", set);
	if (!colon || colon > equals)
		colon = NULL;
	len = colon ? (size_t)(colon - set) : 0;

	for (size_t i = 0; i < n; i++) {
		if (colon && (strlen(names[i]) != len || strncmp(names[i], set, len) != 0))
			continue;
		found = true;
		if (profile_set(&p[i], colon ? colon + 1 : set, err) < 0)
			return err_wrap(err, "--set '%s'", set);
	}
	if (!found)
		return err_input(err, "--set '%s': '%.*s' is not among the profiles given", set,
				 (int)len, set);

	return 0;
}

int options_profiles(const struct options *o, char **names, size_t n, struct profile **ret,
		     struct err *err)
{
	auto_free char *dir = NULL;
	auto_free struct profile *p = calloc(n + 1, sizeof(*p));

	if (!p || asprintf(&dir, "%s/profiles", data_dir()) < 0)
		return err_sys(err, -ENOMEM, "profiles");
	if (access(dir, R_OK | X_OK) < 0)
		return err_env(err,
			       "profiles in '%s': %s; set DXEMU_DATADIR to where dxemu's files are",
			       dir, strerror(errno));
	for (size_t i = 0; i < n; i++)
		if (profile_load(dir, names[i], &p[i], err) < 0)
			return err->code;
	for (unsigned i = 0; i < o->n_sets; i++)
		if (apply_set(o->sets[i], names, p, n, err) < 0)
			return err->code;
	for (size_t i = 0; i < n; i++)
		if (profile_check(&p[i], err) < 0)
			return err_wrap(err, "%s", names[i]);
	*ret = take_ptr(p);

	return 0;
}

int options_world(const struct options *o, struct world_opts *ret, struct err *err)
{
	static char kernel[PATH_MAX], self[PATH_MAX];
	const char *init = getenv("DXEMU_INIT");

	if (o->world != WORLD_HOST && kernel_find(data_dir(), kernel, sizeof(kernel), err) < 0)
		return err->code;
	if (o->world == WORLD_HOST && geteuid() != 0)
		return err_env(err, "--world host needs root; without it use --world virtual");
	if (init ? !realpath(init, self) : readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return err_env(err, "cannot find %s: %s", init ? init : "this program",
			       strerror(errno));

	*ret = (struct world_opts){
		.kind = o->world,
		.kernel = kernel,
		.init = self,
		.memory_mb = WORLD_MEMORY_MB,
		.wall_limit_s = o->wall_limit_s,
		.verbose = o->verbose,
		.job_fn = job_run,
	};

	return 0;
}
