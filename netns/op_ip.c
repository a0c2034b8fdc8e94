// SPDX-License-Identifier: ISC
/* IPv4: addresses, permanent neighbours, routes. */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/addr.h>
#include <netlink/route/addr.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sys/socket.h>

#include "netns/nl.h"
#include "netns/op_message.h"

#define CREATE (NLM_F_CREATE | NLM_F_EXCL)

static void put_addr(struct nl_addr **addr)
{
	nl_addr_put(*addr);
}

static void put_rtnl_addr(struct rtnl_addr **addr)
{
	rtnl_addr_put(*addr);
}

static void put_neigh(struct rtnl_neigh **neigh)
{
	rtnl_neigh_put(*neigh);
}

static void put_route(struct rtnl_route **route)
{
	rtnl_route_put(*route);
}

#define auto_addr __attribute__((cleanup(put_addr)))
#define auto_rtnl_addr __attribute__((cleanup(put_rtnl_addr)))
#define auto_neigh __attribute__((cleanup(put_neigh)))
#define auto_route __attribute__((cleanup(put_route)))

static struct nl_addr *ipv4(const struct in_addr *in, unsigned prefix_len)
{
	struct nl_addr *addr = nl_addr_build(AF_INET, in, sizeof(*in));

	if (addr)
		nl_addr_set_prefixlen(addr, (int)prefix_len);

	return addr;
}

int op_addr_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		    struct err *err)
{
	auto_addr struct nl_addr *local = ipv4(&op->addr.addr, op->addr.prefix_len);
	auto_rtnl_addr struct rtnl_addr *addr = rtnl_addr_alloc();

	if (!local || !addr || rtnl_addr_set_local(addr, local) < 0)
		return err_sys(err, -ENOMEM, "netlink message");
	rtnl_addr_set_ifindex(addr, refs->ifindex);

	return nl_built(rtnl_addr_build_add_request(addr, CREATE, ret), err);
}

int op_neigh_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		     struct err *err)
{
	auto_addr struct nl_addr *mac =
		nl_addr_build(AF_LLC, op->neigh.mac.b, sizeof(op->neigh.mac.b));
	auto_addr struct nl_addr *dst = ipv4(&op->neigh.addr, 32);
	auto_neigh struct rtnl_neigh *neigh = rtnl_neigh_alloc();

	if (!mac || !dst || !neigh || rtnl_neigh_set_dst(neigh, dst) < 0)
		return err_sys(err, -ENOMEM, "netlink message");
	rtnl_neigh_set_lladdr(neigh, mac);
	rtnl_neigh_set_ifindex(neigh, refs->ifindex);
	rtnl_neigh_set_state(neigh, NUD_PERMANENT);

	return nl_built(rtnl_neigh_build_add_request(neigh, CREATE, ret), err);
}

static int add_gateway(struct rtnl_route *route, const struct in_addr *via, int ifindex)
{
	auto_addr struct nl_addr *gateway = ipv4(via, 32);
	struct rtnl_nexthop *nh = rtnl_route_nh_alloc();

	if (!gateway || !nh) {
		rtnl_route_nh_free(nh);
		return -ENOMEM;
	}
	rtnl_route_nh_set_gateway(nh, gateway);
	rtnl_route_nh_set_ifindex(nh, ifindex);
	rtnl_route_add_nexthop(route, nh);

	return 0;
}

int op_route_message(const struct op *op, const struct op_refs *refs, struct nl_msg **ret,
		     struct err *err)
{
	auto_addr struct nl_addr *dst = ipv4(&op->route.dst, op->route.prefix_len);
	auto_route struct rtnl_route *route = rtnl_route_alloc();

	if (!dst || !route || rtnl_route_set_dst(route, dst) < 0 ||
	    add_gateway(route, &op->route.via, refs->ifindex) < 0)
		return err_sys(err, -ENOMEM, "netlink message");
	/* What `ip route add` says of itself; libnl would say RTPROT_STATIC and guess the scope. */
	rtnl_route_set_protocol(route, RTPROT_BOOT);
	rtnl_route_set_scope(route, RT_SCOPE_UNIVERSE);
	if (op->route.mtu && rtnl_route_set_metric(route, RTAX_MTU, op->route.mtu) < 0)
		return err_sys(err, -ENOMEM, "netlink message");

	return nl_built(rtnl_route_build_add_request(route, CREATE, ret), err);
}
