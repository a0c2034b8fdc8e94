// SPDX-License-Identifier: ISC
#include "netns/offload.h"

#include <bsd/string.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "base/util.h"
#include "netns/ns.h"

/* What `ethtool -K DEV tso off tx-udp-segmentation off` clears, by the kernel's names. */
static const char *const segmentation[] = {
	"tx-tcp-segmentation",	"tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation",
	"tx-tcp6-segmentation", "tx-udp-segmentation",
};

static int ethtool(int fd, const char *dev, void *cmd)
{
	struct ifreq req = { .ifr_data = cmd };

	(void)strlcpy(req.ifr_name, dev, sizeof(req.ifr_name));

	return ioctl(fd, SIOCETHTOOL, &req) < 0 ? -errno : 0;
}

/* The names of the features, in the order of their bits; the caller frees. */
static int feature_names(int fd, const char *dev, struct ethtool_gstrings **ret)
{
	auto_free struct ethtool_sset_info *set = calloc(1, sizeof(*set) + sizeof(set->data[0]));
	auto_free struct ethtool_gstrings *names = NULL;
	int r;

	if (!set)
		return -ENOMEM;
	set->cmd = ETHTOOL_GSSET_INFO;
	set->sset_mask = 1U << ETH_SS_FEATURES;
	r = ethtool(fd, dev, set);
	if (r < 0)
		return r;

	names = calloc(1, sizeof(*names) + (size_t)set->data[0] * ETH_GSTRING_LEN);
	if (!names)
		return -ENOMEM;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = set->data[0];
	r = ethtool(fd, dev, names);
	if (r < 0)
		return r;

	*ret = take_ptr(names);

	return 0;
}

static bool is_segmentation(const uint8_t *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(segmentation); i++) {
		if (strncmp((const char *)name, segmentation[i], ETH_GSTRING_LEN) == 0)
			return true;
	}

	return false;
}

/* Clears the features, then asks which of them are still active. */
static int clear_features(int fd, const char *dev, const struct ethtool_gstrings *names,
			  bool *ret_cleared)
{
	const uint32_t blocks = (names->len + 31) / 32;
	auto_free struct ethtool_sfeatures *set =
		calloc(1, sizeof(*set) + blocks * sizeof(set->features[0]));
	auto_free struct ethtool_gfeatures *now =
		calloc(1, sizeof(*now) + blocks * sizeof(now->features[0]));
	bool cleared = true;
	int r;

	if (!set || !now)
		return -ENOMEM;

	set->cmd = ETHTOOL_SFEATURES;
	set->size = blocks;
	now->cmd = ETHTOOL_GFEATURES;
	now->size = blocks;
	for (uint32_t i = 0; i < names->len; i++) {
		if (is_segmentation(names->data + (size_t)i * ETH_GSTRING_LEN))
			set->features[i / 32].valid |= 1U << (i % 32);
	}

	r = ethtool(fd, dev, set);
	if (r == 0)
		r = ethtool(fd, dev, now);
	if (r < 0)
		return r;

	for (uint32_t i = 0; i < blocks; i++)
		cleared = cleared && !(now->features[i].active & set->features[i].valid);
	*ret_cleared = cleared;

	return 0;
}

int offload_no_tso(const char *ns, const char *dev, struct err *err)
{
	auto_close int fd = ns_socket(ns, AF_INET, SOCK_DGRAM, 0, err);
	auto_free struct ethtool_gstrings *names = NULL;
	bool cleared;
	int r;

	if (fd < 0)
		return fd;

	r = feature_names(fd, dev, &names);
	if (r == 0)
		r = clear_features(fd, dev, names, &cleared);
	if (r < 0)
		return err_sys(err, r, "offload features of '%s'", dev);
	if (!cleared)
		return err_set(err, -EOPNOTSUPP, "'%s' keeps its segmentation offload", dev);

	return 0;
}
