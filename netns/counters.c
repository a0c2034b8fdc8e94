// SPDX-License-Identifier: ISC
#include "netns/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/util.h"
#include "netns/nl.h"
#include "netns/ns.h"

#define SNMP_MAX 8192

/* The number in a line of values that belongs to a name in the line of names above it. */
static int find(const char *text, const char *protocol, const char *name, uint64_t *ret)
{
	const size_t prefix = strlen(protocol);
	const char *names = text, *values, *end;
	size_t len = strlen(name);

	while (strncmp(names, protocol, prefix) != 0 || names[prefix] != ':') {
		names = strchr(names, '\n');
		if (!names)
			return -EPROTO;
		names++;
	}
	end = strchr(names, '\n');
	values = end ? end + 1 : NULL;
	if (!values || strncmp(values, protocol, prefix) != 0 || values[prefix] != ':')
		return -EPROTO;
	names += prefix + 1;
	values += prefix + 1;

	while (*names == ' ') {
		char *after;

		names++;
		errno = 0;
		*ret = strtoull(values, &after, 10);
		if (after == values || errno)
			return -EPROTO;
		if (!strncmp(names, name, len) && (names[len] == ' ' || names[len] == '\n'))
			return 0;
		values = after;
		names += strcspn(names, " \n");
	}

	return -EPROTO;
}

/* Of these, several may add up. */
struct wanted {
	const char *protocol, *name;
	uint64_t *to;
};

static int add_up(const char *text, const struct wanted *list, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value;

		if (find(text, list[i].protocol, list[i].name, &value) < 0)
			return err_set(err, -EPROTO, "the kernel's counters lack %s %s",
				       list[i].protocol, list[i].name);
		*list[i].to += value;
	}

	return 0;
}

int snmp_parse(const char *text, struct host_counters *ret, struct err *err)
{
	struct host_counters c = { 0 };
	const struct wanted list[] = {
		{ "Udp", "InDatagrams", &c.udp_in },	{ "Udp", "NoPorts", &c.udp_errors },
		{ "Udp", "InErrors", &c.udp_errors },	{ "Tcp", "InSegs", &c.tcp_in },
		{ "Tcp", "InErrs", &c.tcp_errors },	{ "Icmp", "InMsgs", &c.icmp_in },
		{ "Icmp", "OutMsgs", &c.icmp_out },	{ "Ip", "InHdrErrors", &c.ip_errors },
		{ "Ip", "InAddrErrors", &c.ip_errors }, { "Ip", "InUnknownProtos", &c.ip_errors },
		{ "Ip", "InDiscards", &c.ip_errors },	{ "Ip", "OutDiscards", &c.ip_errors },
		{ "Ip", "OutNoRoutes", &c.ip_errors },	{ "Ip", "FragFails", &c.ip_too_big },
	};

	if (add_up(text, list, ARRAY_SIZE(list), err) < 0)
		return err->code;
	/* The kernel counts a segment before it looks at it. */
	c.tcp_in -= MIN(c.tcp_in, c.tcp_errors);
	*ret = c;

	return 0;
}

int netstat_parse(const char *text, struct tcp_shortage *ret, struct err *err)
{
	struct tcp_shortage c = { 0 };
	const struct wanted list[] = {
		{ "TcpExt", "TCPMemoryPressures", &c.pressures },
		{ "TcpExt", "PruneCalled", &c.pruned },
		{ "TcpExt", "TCPRcvQDrop", &c.dropped },
		{ "TcpExt", "TCPOFODrop", &c.dropped },
		{ "TcpExt", "TCPBacklogDrop", &c.dropped },
	};

	if (add_up(text, list, ARRAY_SIZE(list), err) < 0)
		return err->code;
	*ret = c;

	return 0;
}

static int read_counters(const char *ns, const char *path, char text[SNMP_MAX], struct err *err)
{
	auto_close int fd = ns_open_file(ns, path, err);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return fd;
	while (len < SNMP_MAX - 1 && (n = read(fd, text + len, SNMP_MAX - 1 - len)) > 0)
		len += (size_t)n;
	if (n < 0)
		return err_sys(err, -errno, "counters of namespace '%s'", ns);
	text[len] = '\0';

	return 0;
}

int host_counters_read(const char *ns, struct host_counters *ret, struct err *err)
{
	char text[SNMP_MAX];
	int r = read_counters(ns, "/proc/thread-self/net/snmp", text, err);

	return r < 0 ? r : snmp_parse(text, ret, err);
}

int tcp_shortage_read(const char *ns, struct tcp_shortage *ret, struct err *err)
{
	char text[SNMP_MAX];
	int r = read_counters(ns, "/proc/thread-self/net/netstat", text, err);

	return r < 0 ? r : netstat_parse(text, ret, err);
}

struct device_query {
	int ifindex;
	struct device_counters counters;
};

static int on_link(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[IFLA_MAX + 1];
	struct device_query *query = arg;
	struct rtnl_link_stats64 stats = { 0 };
	struct ifinfomsg *info = nlmsg_data(nlmsg_hdr(msg));

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*info), tb, IFLA_MAX, NULL) < 0 ||
	    (query->ifindex && info->ifi_index != query->ifindex) || !tb[IFLA_STATS64])
		return NL_OK;
	(void)nla_memcpy(&stats, tb[IFLA_STATS64], sizeof(stats));
	query->counters.rx_packets += stats.rx_packets;
	query->counters.tx_packets += stats.tx_packets;
	query->counters.discarded += stats.rx_otherhost_dropped + stats.rx_nohandler;

	return NL_OK;
}

int device_counters_read(const char *ns, const char *dev, struct device_counters *ret,
			 struct err *err)
{
	const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	auto_nl_msg struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_DUMP);
	struct device_query query = { 0 };
	auto_nl struct nl *nl = NULL;
	int r = nl_begin(ns, &nl, err);

	if (!msg || nlmsg_append(msg, (void *)&all, sizeof(all), NLMSG_ALIGNTO) < 0)
		return err_sys(err, -ENOMEM, "netlink message");
	if (r == 0 && dev)
		r = query.ifindex = nl_ifindex(nl, dev, err);
	if (r >= 0)
		r = nl_collect(nl, msg, on_link, &query, err);
	if (r < 0)
		return err_wrap(err, "devices of namespace '%s'", ns);
	*ret = query.counters;

	return 0;
}
