// SPDX-License-Identifier: ISC
#include "emul/watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "emul/topology.h"
#include "netns/ns.h"

int watch_open(enum dir d, struct err *err)
{
	auto_close int fd = ns_socket(ways[d].enter, AF_PACKET, SOCK_DGRAM, 0, err);
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq req = { 0 };

	if (fd < 0)
		return fd;
	(void)snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", ways[d].in);
	if (ioctl(fd, SIOCGIFINDEX, &req) < 0)
		return err_sys(err, -errno, "device '%s'", ways[d].in);
	at.sll_ifindex = req.ifr_ifindex;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return err_sys(err, -errno, "watch '%s'", ways[d].in);

	return take_fd(&fd);
}
