// SPDX-License-Identifier: ISC
/* Devices: veth, 802.1Q and 802.1ad, bridges and their ports. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/addr.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/link/vlan.h>
#include <netlink/route/link/xfrmi.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "netns/nl.h"
#include "netns/op_message.h"

/* The loopback device is the first of each namespace (net/core/dev.c). An xfrm interface wants some device. */
#define LOOPBACK_IFINDEX 1

/* Carrier is looked at ten times a second; LACPDUs go once a second (fast). */
#define BOND_MIIMON_MS 100
#define BOND_LACP_FAST 1
/* Of linux/if_bonding.h, which does not go with net/if.h. */
#define BOND_MODE_8023AD 4
#define BOND_XMIT_POLICY_LAYER34 1

#define CREATE (NLM_F_CREATE | NLM_F_EXCL)

static void put_link(struct rtnl_link **link)
{
	rtnl_link_put(*link);
}

/* The two ends of a veth hold each other. */
static void put_veth(struct rtnl_link **link)
{
	if (*link)
		rtnl_link_veth_release(*link);
}

#define auto_link __attribute__((cleanup(put_link)))
#define auto_veth __attribute__((cleanup(put_veth)))

static int describe_end(struct rtnl_link *end, const char *name, const struct mac *mac,
			unsigned mtu, int ns_fd)
{
	struct nl_addr *addr = nl_addr_build(AF_LLC, mac->b, sizeof(mac->b));

	if (!addr)
		return -ENOMEM;

	rtnl_link_set_name(end, name);
	rtnl_link_set_addr(end, addr);
	nl_addr_put(addr);
	rtnl_link_set_mtu(end, mtu);
	rtnl_link_set_ns_fd(end, ns_fd);

	return 0;
}

/* Only this end comes up with it: the kernel configures the peer before the two are connected. */
int op_veth_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		    struct err *err)
{
	auto_veth struct rtnl_link *link = rtnl_link_veth_alloc();
	auto_link struct rtnl_link *peer = NULL;

	if (!link)
		return err_sys(err, -ENOMEM, "netlink message");

	peer = rtnl_link_veth_get_peer(link);
	if (describe_end(link, op->dev, &op->veth.mac, op->veth.mtu, refs->ns_fd) < 0 ||
	    describe_end(peer, op->veth.peer_dev, &op->veth.peer_mac, op->veth.mtu,
			 refs->peer_ns_fd) < 0)
		return err_sys(err, -ENOMEM, "netlink message");
	rtnl_link_set_flags(link, IFF_UP);

	return nl_built(rtnl_link_build_add_request(link, CREATE, ret), err);
}

int op_vlan_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		    struct err *err)
{
	auto_link struct rtnl_link *link = rtnl_link_vlan_alloc();

	if (!link)
		return err_sys(err, -ENOMEM, "netlink message");

	rtnl_link_set_name(link, op->dev);
	rtnl_link_set_link(link, refs->other);
	rtnl_link_set_mtu(link, op->vlan.mtu);
	rtnl_link_set_flags(link, IFF_UP);
	rtnl_link_vlan_set_protocol(link, htons((uint16_t)op->vlan.tpid));
	rtnl_link_vlan_set_id(link, (uint16_t)op->vlan.id);
	if (refs->ns_fd >= 0)
		rtnl_link_set_ns_fd(link, refs->ns_fd);

	return nl_built(rtnl_link_build_add_request(link, CREATE, ret), err);
}

int op_xfrm_message(const struct op *op, const struct op_refs *refs __attribute__((unused)),
		    struct nl_msg **ret, struct err *err)
{
	auto_link struct rtnl_link *link = rtnl_link_xfrmi_alloc();

	if (!link)
		return err_sys(err, -ENOMEM, "netlink message");

	rtnl_link_set_name(link, op->dev);
	rtnl_link_set_mtu(link, op->xfrm.mtu);
	(void)rtnl_link_xfrmi_set_link(link, LOOPBACK_IFINDEX);
	(void)rtnl_link_xfrmi_set_if_id(link, op->xfrm.if_id);

	return nl_built(rtnl_link_build_add_request(link, CREATE, ret), err);
}

/* A device of a kind of which libnl's objects do not know the settings that matter, begun; those follow. */
struct device_message {
	struct nl_msg *msg;
	struct nlattr *info, *data;
};

static int begin_device(struct device_message *m, const char *kind, const char *dev,
			const struct mac *mac, unsigned mtu)
{
	struct ifinfomsg ifi = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	int r;

	m->msg = nlmsg_alloc_simple(RTM_NEWLINK, CREATE);
	if (!m->msg)
		return -NLE_NOMEM;
	r = nlmsg_append(m->msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO);
	r |= nla_put_string(m->msg, IFLA_IFNAME, dev);
	r |= nla_put(m->msg, IFLA_ADDRESS, sizeof(mac->b), mac->b);
	r |= nla_put_u32(m->msg, IFLA_MTU, mtu);
	m->info = nla_nest_start(m->msg, IFLA_LINKINFO);
	r |= nla_put_string(m->msg, IFLA_INFO_KIND, kind);
	m->data = nla_nest_start(m->msg, IFLA_INFO_DATA);

	return r || !m->info || !m->data ? -NLE_NOMEM : 0;
}

/* @r: whether one of the steps before failed */
static int end_device(struct device_message *m, int r, struct nl_msg **ret, struct err *err)
{
	if (r) {
		nlmsg_free(m->msg);
		return err_sys(err, -ENOMEM, "netlink message");
	}
	nla_nest_end(m->msg, m->data);
	nla_nest_end(m->msg, m->info);
	*ret = m->msg;

	return 0;
}

/* Nothing sent, nothing learnt late. */
int op_bridge_message(const struct op *op, const struct op_refs *refs __attribute__((unused)),
		      struct nl_msg **ret, struct err *err)
{
	struct device_message m;
	int r = begin_device(&m, "bridge", op->dev, &op->bridge.mac, op->bridge.mtu);

	if (r == 0) {
		r |= nla_put_u32(m.msg, IFLA_BR_STP_STATE, 0);
		r |= nla_put_u8(m.msg, IFLA_BR_MCAST_SNOOPING, 0);
	}

	return end_device(&m, r, ret, err);
}

int op_bond_message(const struct op *op, const struct op_refs *refs __attribute__((unused)),
		    struct nl_msg **ret, struct err *err)
{
	struct device_message m;
	int r = begin_device(&m, "bond", op->dev, &op->bond.mac, op->bond.mtu);

	if (r == 0) {
		r |= nla_put_u8(m.msg, IFLA_BOND_MODE, BOND_MODE_8023AD);
		r |= nla_put_u32(m.msg, IFLA_BOND_MIIMON, BOND_MIIMON_MS);
		r |= nla_put_u8(m.msg, IFLA_BOND_AD_LACP_RATE, BOND_LACP_FAST);
		r |= nla_put_u8(m.msg, IFLA_BOND_XMIT_HASH_POLICY, BOND_XMIT_POLICY_LAYER34);
	}

	return end_device(&m, r, ret, err);
}

static int set_link(int ifindex, struct rtnl_link *change, struct nl_msg **ret, struct err *err)
{
	auto_link struct rtnl_link *which = rtnl_link_alloc();

	if (!which)
		return err_sys(err, -ENOMEM, "netlink message");
	rtnl_link_set_ifindex(which, ifindex);

	return nl_built(rtnl_link_build_change_request(which, change, 0, ret), err);
}

int op_port_message(const struct op *op __attribute__((unused)), const struct op_refs *refs,
		    struct nl_msg **ret, struct err *err)
{
	auto_link struct rtnl_link *change = rtnl_link_alloc();

	if (!change)
		return err_sys(err, -ENOMEM, "netlink message");
	rtnl_link_set_master(change, refs->other);

	return set_link(refs->ifindex, change, ret, err);
}

static int set_flags(const struct op_refs *refs, bool up, struct nl_msg **ret, struct err *err)
{
	auto_link struct rtnl_link *change = rtnl_link_alloc();

	if (!change)
		return err_sys(err, -ENOMEM, "netlink message");
	if (up)
		rtnl_link_set_flags(change, IFF_UP);
	else
		rtnl_link_unset_flags(change, IFF_UP);

	return set_link(refs->ifindex, change, ret, err);
}

int op_up_message(const struct op *op __attribute__((unused)), const struct op_refs *refs,
		  struct nl_msg **ret, struct err *err)
{
	return set_flags(refs, true, ret, err);
}

int op_down_message(const struct op *op __attribute__((unused)), const struct op_refs *refs,
		    struct nl_msg **ret, struct err *err)
{
	return set_flags(refs, false, ret, err);
}

int op_move_message(const struct op *op __attribute__((unused)), const struct op_refs *refs,
		    struct nl_msg **ret, struct err *err)
{
	auto_link struct rtnl_link *change = rtnl_link_alloc();

	if (!change)
		return err_sys(err, -ENOMEM, "netlink message");
	rtnl_link_set_ns_fd(change, refs->ns_fd);

	return set_link(refs->ifindex, change, ret, err);
}
