// SPDX-License-Identifier: ISC
/* Devices: veth, 802.1Q and 802.1ad, bridges and their ports. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/addr.h>
#include <netlink/attr.h>
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

/*
 * libnl's bridge object knows neither of the two settings that matter: nothing sent, nothing
 * learnt late.
 */
int op_bridge_message(const struct op *op, const struct op_refs *refs __attribute__((unused)),
		      struct nl_msg **ret, struct err *err)
{
	struct ifinfomsg ifi = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	auto_nl_msg struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWLINK, CREATE);
	struct nlattr *info, *data;
	int r;

	if (!msg)
		return err_sys(err, -ENOMEM, "netlink message");

	r = nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO);
	r |= nla_put_string(msg, IFLA_IFNAME, op->dev);
	r |= nla_put(msg, IFLA_ADDRESS, sizeof(op->bridge.mac.b), op->bridge.mac.b);
	r |= nla_put_u32(msg, IFLA_MTU, op->bridge.mtu);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	r |= nla_put_string(msg, IFLA_INFO_KIND, "bridge");
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	r |= nla_put_u32(msg, IFLA_BR_STP_STATE, 0);
	r |= nla_put_u8(msg, IFLA_BR_MCAST_SNOOPING, 0);
	if (r || !info || !data)
		return err_sys(err, -ENOMEM, "netlink message");
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);

	*ret = take_ptr(msg);

	return 0;
}

/* libnl's bond object knows none of the settings but the mode, and that with an ioctl's number only. */
int op_bond_message(const struct op *op, const struct op_refs *refs __attribute__((unused)),
		    struct nl_msg **ret, struct err *err)
{
	struct ifinfomsg ifi = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	auto_nl_msg struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWLINK, CREATE);
	struct nlattr *info, *data;
	int r;

	if (!msg)
		return err_sys(err, -ENOMEM, "netlink message");

	r = nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO);
	r |= nla_put_string(msg, IFLA_IFNAME, op->dev);
	r |= nla_put(msg, IFLA_ADDRESS, sizeof(op->bond.mac.b), op->bond.mac.b);
	r |= nla_put_u32(msg, IFLA_MTU, op->bond.mtu);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	r |= nla_put_string(msg, IFLA_INFO_KIND, "bond");
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	r |= nla_put_u8(msg, IFLA_BOND_MODE, BOND_MODE_8023AD);
	r |= nla_put_u32(msg, IFLA_BOND_MIIMON, BOND_MIIMON_MS);
	r |= nla_put_u8(msg, IFLA_BOND_AD_LACP_RATE, BOND_LACP_FAST);
	r |= nla_put_u8(msg, IFLA_BOND_XMIT_HASH_POLICY, BOND_XMIT_POLICY_LAYER34);
	if (r || !info || !data)
		return err_sys(err, -ENOMEM, "netlink message");
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);

	*ret = take_ptr(msg);

	return 0;
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
