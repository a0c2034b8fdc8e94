// SPDX-License-Identifier: ISC
#include <errno.h>
#include <string.h>

#include "base/auto.h"
#include "netns/nl.h"
#include "netns/ns.h"
#include "netns/offload.h"
#include "netns/op.h"
#include "netns/op_message.h"

/*
 * Looks up the devices named (NULL or "" = none) in namespace @ns, builds the message and sends it
 * there. @into: the namespace for what is made; "" = @ns
 */
static int request_into(const struct op *op, const char *ns, const char *into, const char *dev,
			const char *other, op_message_fn *build, struct err *err)
{
	auto_close int ns_fd = *into ? ns_open(into, err) : -1;
	auto_nl_msg struct nl_msg *msg = NULL;
	struct op_refs refs = { .ns_fd = ns_fd };
	auto_nl struct nl *nl = NULL;
	int r;

	if (*into && ns_fd < 0)
		return err->code;
	r = nl_begin(ns, &nl, err);
	if (r < 0)
		return r;
	if (dev && dev[0]) {
		refs.ifindex = r = nl_ifindex(nl, dev, err);
		if (r < 0)
			return r;
	}
	if (other && other[0]) {
		refs.other = r = nl_ifindex(nl, other, err);
		if (r < 0)
			return r;
	}
	r = build(op, &refs, &msg, err);
	if (r < 0)
		return r;

	return nl_request(nl, msg, err);
}

static int request(const struct op *op, const char *ns, const char *dev, const char *other,
		   op_message_fn *build, struct err *err)
{
	return request_into(op, ns, "", dev, other, build, err);
}

static int apply_veth(const struct op *op, struct err *err)
{
	auto_close int ns_fd = ns_open(op->ns, err);
	auto_close int peer_ns_fd = ns_fd < 0 ? -1 : ns_open(op->veth.peer_ns, err);
	const struct op_refs refs = { .ns_fd = ns_fd, .peer_ns_fd = peer_ns_fd };
	auto_nl_msg struct nl_msg *msg = NULL;
	auto_nl struct nl *nl = NULL;
	int r;

	if (ns_fd < 0 || peer_ns_fd < 0)
		return err->code;
	r = nl_begin("", &nl, err);
	if (r < 0)
		return r;
	r = op_veth_message(op, &refs, &msg, err);
	if (r < 0)
		return r;
	r = nl_request(nl, msg, err);
	if (r < 0)
		return r;

	return request(op, op->veth.peer_ns, op->veth.peer_dev, NULL, op_up_message, err);
}

/*
 * The namespace that an xfrm interface is made in is the one whose policies and states it uses, wherever it goes
 * (net/xfrm/xfrm_interface_core.c: xi->net).
 */
static int apply_xfrm(const struct op *op, struct err *err)
{
	const char *into = op->xfrm.into_ns;
	int r = request(op, op->ns, NULL, NULL, op_xfrm_message, err);

	if (r == 0 && *into)
		r = request_into(op, op->ns, into, op->dev, NULL, op_move_message, err);
	if (r == 0)
		r = request(op, *into ? into : op->ns, op->dev, NULL, op_up_message, err);

	return r;
}

/* A device that is up is refused (drivers/net/bonding/bond_main.c: bond_enslave()). */
static int apply_member(const struct op *op, struct err *err)
{
	int r = request(op, op->ns, op->dev, NULL, op_down_message, err);

	if (r == 0)
		r = request(op, op->ns, op->dev, op->member.bond, op_port_message, err);
	if (r == 0)
		r = request(op, op->ns, op->dev, NULL, op_up_message, err);

	return r;
}

static int apply(const struct op *op, struct err *err)
{
	const char *ns = op->ns, *dev = op->dev;

	switch (op->kind) {
	case OP_NETNS:
		return ns_add(ns, err);
	case OP_SYSCTL:
		return ns_sysctl(ns, op->sysctl.key, op->sysctl.value, err);
	case OP_VETH:
		return apply_veth(op, err);
	case OP_VLAN:
		return request_into(op, ns, op->vlan.into_ns, NULL, op->vlan.link, op_vlan_message,
				    err);
	case OP_XFRM:
		return apply_xfrm(op, err);
	case OP_BRIDGE:
		return request(op, ns, NULL, NULL, op_bridge_message, err);
	case OP_PORT:
		return request(op, ns, dev, op->port.bridge, op_port_message, err);
	case OP_BOND:
		return request(op, ns, NULL, NULL, op_bond_message, err);
	case OP_MEMBER:
		return apply_member(op, err);
	case OP_NO_TSO:
		return offload_no_tso(ns, dev, err);
	case OP_ADDR:
		return request(op, ns, dev, NULL, op_addr_message, err);
	case OP_NEIGH:
		return request(op, ns, dev, NULL, op_neigh_message, err);
	case OP_ROUTE:
		return request(op, ns, dev, NULL, op_route_message, err);
	case OP_NETEM:
		return request(op, ns, dev, NULL, op_netem_message, err);
	case OP_SHAPER:
		if (request(op, ns, dev, NULL, op_shaper_message, err) < 0)
			return err->code;
		return request(op, ns, dev, NULL, op_aqm_message, err);
	case OP_CLSACT:
		return request(op, ns, dev, NULL, op_clsact_message, err);
	case OP_FORWARD:
		return request(op, ns, dev, op->forward.to, op_forward_message, err);
	case OP_KIND_COUNT:
		break;
	}

	return err_set(err, -EINVAL, "no such kind of operation: %d", (int)op->kind);
}

int op_apply(const struct op *op, struct err *err)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *out;
	int r = apply(op, err);

	if (r == 0)
		return 0;

	out = open_memstream(&text, &size);
	if (out) {
		op_print(op, out);
		(void)fclose(out);
	}
	if (text)
		err_wrap(err, "%.*s", (int)strcspn(text, "\n"), text);

	return r;
}
