// SPDX-License-Identifier: ISC
/* The IPsec daemon itself: strongswan.conf, and what its tunnels have in common. */
#include "base/util.h"
#include "hybrid/bird.h"
#include "hybrid/swanctl_parts.h"

bool swanctl_is_end(const struct lab *lab, struct lab_ref node, unsigned tunnel)
{
	if (node.kind == LAB_TUNNEL)
		return node.index == tunnel;

	return lab_ref_equal(lab->vpns[tunnel / LAB_TUNNELS].router, node);
}

bool swanctl_has_tunnels(const struct lab *lab, struct lab_ref node)
{
	for (unsigned i = 0; i < LAB_TUNNELS * lab->n_vpns; i++)
		if (swanctl_is_end(lab, node, i))
			return true;

	return false;
}

uint64_t swanctl_retransmit_ns(const struct lab *lab, struct lab_ref node)
{
	const struct lab_vpn *vpn;
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < LAB_TUNNELS * lab->n_vpns; i++)
		if (swanctl_is_end(lab, node, i))
			least = MIN(least, network_tunnel(lab, i, &vpn)->dpd_timeout_ns);

	return least / (SWANCTL_RETRIES + 3);
}

bool strongswan_is_needed(const struct lab *lab, struct lab_ref node)
{
	return (node.kind == LAB_ROUTER || node.kind == LAB_TUNNEL) &&
	       swanctl_has_tunnels(lab, node);
}

/* Until a tunnel is up, the device that static routes follow is down. */
static void write_start(const struct lab *lab, struct lab_ref node, FILE *out)
{
	unsigned n = 0;
	char dev[IFNAMSIZ];

	for (unsigned i = 0; i < LAB_TUNNELS * lab->n_vpns; i++) {
		const struct lab_vpn *vpn = &lab->vpns[i / LAB_TUNNELS];
		bool aws = node.kind == LAB_TUNNEL;

		if (!swanctl_is_end(lab, node, i) || vpn->routing != LAB_ROUTING_STATIC)
			continue;
		if (!n++)
			(void)fputs("  # Static routes wait for their tunnel.\n"
				    "  start-scripts {\n",
				    out);
		(void)network_dev("tun", i, dev);
		(void)fprintf(out, "    %s = ip %s%s%slink set %s down\n", dev, aws ? "-n " : "",
			      aws ? lab_name(lab, vpn->gateway) : "", aws ? " " : "", dev);
	}
	if (n)
		(void)fputs("  }\n", out);
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)NSEC_PER_SEC;
}

void strongswan_write(const struct lab *lab, struct lab_ref node, const struct lab_keys *keys,
		      FILE *out)
{
	uint64_t interval_ns = swanctl_retransmit_ns(lab, node);
	char name[NS_NAME_MAX];

	(void)keys;
	if (node.kind == LAB_TUNNEL)
		(void)network_part(lab, node, "aws", name);
	else
		(void)snprintf(name, sizeof(name), "%s", lab_name(lab, node));
	(void)fprintf(out,
		      "# The IPsec daemon in %s, of the lab %s. Made by dxemu.\n"
		      "charon {\n"
		      "  load_modular = no\n"
		      "  load = random nonce openssl kdf kernel-netlink socket-default vici "
		      "updown\n"
		      "  install_routes = no # BIRD does that\n"
		      "  threads = 8\n"
		      "  # A peer that does not answer is given up after %d times %gs.\n"
		      "  retransmit_tries = %d\n"
		      "  retransmit_timeout = %.9g\n"
		      "  retransmit_base = 1.0\n"
		      "  retransmit_jitter = 0\n",
		      name, lab->name, SWANCTL_RETRIES + 1, seconds(interval_ns), SWANCTL_RETRIES,
		      seconds(interval_ns));
	write_start(lab, node, out);
	(void)fprintf(out,
		      "  plugins {\n"
		      "    vici {\n"
		      "      socket = unix://" LAB_RUN_DIR "/%s.vici\n"
		      "    }\n"
		      "  }\n"
		      "  filelog {\n"
		      "    log {\n"
		      "      path = " LAB_RUN_DIR "/%s.charon.log\n"
		      "      default = 1\n"
		      "      time_format = %%s\n"
		      "      time_add_ms = yes\n"
		      "      flush_line = yes\n"
		      "    }\n"
		      "  }\n"
		      "}\n",
		      name, name);
}
