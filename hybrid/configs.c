// SPDX-License-Identifier: ISC
#include "hybrid/configs.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/util.h"
#include "hybrid/bird.h"
#include "hybrid/network.h"
#include "hybrid/swanctl.h"

static bool needs_bird(const struct lab *lab, struct lab_ref node)
{
	return node.kind != LAB_TUNNEL && bird_is_needed(lab, node);
}

static const struct {
	const char *suffix;
	bool (*is_needed)(const struct lab *lab, struct lab_ref node);
	config_writer write;
} kinds[] = {
	{ "bird.conf", needs_bird, bird_write },
	{ "swanctl.conf", swanctl_is_needed, swanctl_write },
	{ "strongswan.conf", strongswan_is_needed, strongswan_write },
};

static void add(const struct lab *lab, struct lab_ref ref, struct config *ret, unsigned *n)
{
	char node[NS_NAME_MAX];

	if (ref.kind == LAB_TUNNEL)
		(void)network_part(lab, ref, "aws", node);
	else
		(void)strlcpy(node, ref.kind ? lab_name(lab, ref) : NODE_PUBLIC, sizeof(node));
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct config *c = &ret[*n];

		if (!kinds[k].is_needed(lab, ref))
			continue;
		(void)strlcpy(c->node, node, sizeof(c->node));
		(void)snprintf(c->file, sizeof(c->file), "%s.%s", node, kinds[k].suffix);
		c->ref = ref;
		c->write = kinds[k].write;
		++*n;
	}
}

unsigned configs_list(const struct lab *lab, struct config ret[CONFIGS_MAX])
{
	static const enum lab_kind nodes[] = { LAB_ROUTER, LAB_VGW, LAB_TGW, LAB_DXGW, LAB_TUNNEL };
	unsigned n = 0;

	for (size_t k = 0; k < ARRAY_SIZE(nodes); k++)
		for (unsigned i = 0; i < lab_count(lab, nodes[k]); i++)
			add(lab, (struct lab_ref){ nodes[k], i }, ret, &n);
	add(lab, (struct lab_ref){ LAB_NONE, 0 }, ret, &n);

	return n;
}

static int write_one(const struct lab *lab, const struct config *config,
		     const struct lab_keys *keys, int dir, struct err *err)
{
	auto_close int fd = openat(dir, config->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
				   keys->shown ? 0600 : 0666);
	auto_fclose FILE *out = NULL;

	if (fd < 0)
		return err_sys(err, -errno, "%s", config->file);
	/* It may have been there before, and open to all. */
	if (keys->shown && fchmod(fd, 0600) < 0)
		return err_sys(err, -errno, "%s", config->file);
	out = fdopen(fd, "w");
	if (!out)
		return err_sys(err, -errno, "%s", config->file);
	(void)take_fd(&fd);
	config->write(lab, config->ref, keys, out);
	if (fflush(out) || ferror(out))
		return err_sys(err, -errno, "%s", config->file);

	return 0;
}

int configs_write(const struct lab *lab, const struct lab_keys *keys, const char *dir,
		  struct err *err)
{
	struct config list[CONFIGS_MAX];
	unsigned n = configs_list(lab, list);
	auto_close int fd = -1;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return err_sys(err, -errno, "%s", dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOTDIR)
		return err_input(err, "%s: not a directory", dir);
	if (fd < 0)
		return err_sys(err, -errno, "%s", dir);
	for (unsigned i = 0; i < n; i++)
		if (write_one(lab, &list[i], keys, fd, err) < 0)
			return err_wrap(err, "%s", dir);

	return 0;
}
