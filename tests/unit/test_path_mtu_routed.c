// SPDX-License-Identifier: ISC
/* Path MTU discovery across a router, in namespaces of an ordinary user: near --- router --- far. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "netns/ns.h"
#include "netns/op.h"
#include "netns/ready.h"
#include "traffic/path_mtu.h"

#define TIMEOUT_NS (30 * NSEC_PER_MSEC)

#define NEAR "10.1.0.1"
#define ROUTER_NEAR "10.1.0.2"
#define ROUTER_FAR "10.2.0.2"
#define FAR "10.2.0.1"
#define FAR_NET "10.2.0.0"

/* What happened in the child, which lives in the namespaces and cannot use the test's assertions. */
struct outcome {
	bool unsupported;
	int code;
	struct err err;
	struct path_mtu first, second; /* two runs in a row */
	int64_t second_ns;	       /* how long that one took */
};

struct lab {
	unsigned near_mtu, far_mtu;	   /* of the wires */
	unsigned near_route, router_route; /* MTU of routes; 0 = none */
	bool deaf; /* the near host does not listen to "fragmentation needed" */
};

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);

	return ok;
}

/* Root of namespaces that vanish with the process, and a /run to note others in. */
static bool become_root(void)
{
	char uid_map[32], gid_map[32];

	(void)snprintf(uid_map, sizeof(uid_map), "0 %u 1", geteuid());
	(void)snprintf(gid_map, sizeof(gid_map), "0 %u 1", getegid());

	return unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) == 0 &&
	       write_file("/proc/self/setgroups", "deny") &&
	       write_file("/proc/self/uid_map", uid_map) &&
	       write_file("/proc/self/gid_map", gid_map) &&
	       mount("", "/", "none", MS_SLAVE | MS_REC, NULL) == 0 &&
	       mount("none", "/run", "tmpfs", 0, NULL) == 0;
}

static struct in_addr ip(const char *text)
{
	struct in_addr a = { 0 };

	(void)inet_pton(AF_INET, text, &a);

	return a;
}

static int build_lab(const struct lab *lab, struct err *err)
{
	const struct op ops[] = {
		{ .kind = OP_NETNS, .ns = "near" },
		{ .kind = OP_NETNS, .ns = "router" },
		{ .kind = OP_NETNS, .ns = "far" },
		{ .kind = OP_VETH,
		  .ns = "near",
		  .dev = "e0",
		  .veth = { { { 2, 0, 0, 0, 1, 1 } },
			    { { 2, 0, 0, 0, 1, 2 } },
			    "router",
			    "e0",
			    lab->near_mtu } },
		{ .kind = OP_VETH,
		  .ns = "router",
		  .dev = "e1",
		  .veth = { { { 2, 0, 0, 0, 2, 1 } },
			    { { 2, 0, 0, 0, 2, 2 } },
			    "far",
			    "e0",
			    lab->far_mtu } },
		{ .kind = OP_ADDR, .ns = "near", .dev = "e0", .addr = { ip(NEAR), 24 } },
		{ .kind = OP_ADDR, .ns = "router", .dev = "e0", .addr = { ip(ROUTER_NEAR), 24 } },
		{ .kind = OP_ADDR, .ns = "router", .dev = "e1", .addr = { ip(ROUTER_FAR), 24 } },
		{ .kind = OP_ADDR, .ns = "far", .dev = "e0", .addr = { ip(FAR), 25 } },
		{ .kind = OP_ROUTE,
		  .ns = "near",
		  .route = { .via = ip(ROUTER_NEAR), .mtu = lab->near_route } },
		{ .kind = OP_ROUTE, .ns = "far", .route = { .via = ip(ROUTER_FAR) } },
		/* Of the wire itself and its MTU, as an administrator may lower it; more exact than the wire's. */
		{ .kind = OP_ROUTE,
		  .ns = "router",
		  .route = { ip(FAR_NET), 25, ip(FAR), lab->router_route } },
		{ .kind = OP_SYSCTL, .ns = "router", .sysctl = { "net.ipv4.ip_forward", "1" } },
		/* The last one only for the deaf. */
		{ .kind = OP_SYSCTL, .ns = "near", .sysctl = { "net.ipv4.ip_no_pmtu_disc", "2" } },
	};
	const size_t n = ARRAY_SIZE(ops) - (lab->deaf ? 0 : 1);
	static const char *const nodes[] = { "near", "router", "far" };
	const struct timespec step = { .tv_nsec = 10 * NSEC_PER_MSEC };
	bool ready;

	for (size_t i = 0; i < n; i++)
		if (op_apply(&ops[i], err) < 0)
			return err->code;
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
		while (ns_ready(nodes[i], &ready, err) == 0 && !ready)
			(void)nanosleep(&step, NULL);

	return 0;
}

static int discover(struct outcome *o)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(7),
				  .sin_addr = ip(FAR) };
	struct path_mtu_opts opts = {
		.sender = ns_socket("near", AF_INET, SOCK_DGRAM, 0, &o->err),
		.receiver = ns_socket("far", AF_INET, SOCK_DGRAM, 0, &o->err),
		.probe_timeout_ns = TIMEOUT_NS,
		.max_probes = 3,
	};

	if (opts.sender < 0 || opts.receiver < 0)
		return -1;
	if (bind(opts.receiver, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    connect(opts.sender, (struct sockaddr *)&to, sizeof(to)) < 0)
		return err_sys(&o->err, -errno, "sockets of the test");
	if (path_mtu_find(&opts, &o->first, &o->err) < 0)
		return o->err.code;

	o->second_ns = -clock_ns(CLOCK_MONOTONIC);
	if (path_mtu_find(&opts, &o->second, &o->err) < 0)
		return o->err.code;
	o->second_ns += clock_ns(CLOCK_MONOTONIC);

	return 0;
}

/* In a child that has namespaces of its own, which writes to @o. */
static pid_t start(const struct lab *lab, struct outcome *o)
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid > 0)
		return pid;
	o->unsupported = !become_root();
	if (!o->unsupported) {
		o->code = build_lab(lab, &o->err);
		if (o->code == 0)
			o->code = discover(o);
	}
	_exit(EXIT_SUCCESS);
}

/* @again: of the second run, which begins with what the first has learned. */
static void expect_result(const char *name, const struct path_mtu *m, const struct path_mtu *want,
			  bool again)
{
	const char *run = again ? "again" : "first";

	cr_expect_eq(m->interface_mtu, want->interface_mtu, "%s, %s: %u", name, run,
		     m->interface_mtu);
	cr_expect_eq(m->classic_mtu, want->classic_mtu, "%s, %s: %u", name, run, m->classic_mtu);
	cr_expect_eq(m->plpmtud_mtu, want->plpmtud_mtu, "%s, %s: %u", name, run, m->plpmtud_mtu);
	cr_expect_eq(m->icmp_received, want->icmp_received, "%s, %s", name, run);
	cr_expect_eq(m->classic_delivered, want->classic_delivered, "%s, %s", name, run);
	cr_expect_eq(m->base_failed, want->base_failed, "%s, %s", name, run);
	cr_expect_eq(m->black_hole, want->black_hole, "%s, %s", name, run);
}

Test(path_mtu_routed, limits)
{
	/* interface, classic, PLPMTUD; ICMP, delivered, base failed, black hole */
	static const struct {
		const char *name;
		struct lab lab;
		struct path_mtu want;
		bool learned; /* the second run need not be told */
	} rows[] = {
		{ "no narrower place",
		  { .near_mtu = 1500, .far_mtu = 1500 },
		  { 1500, 1500, 1500, false, true, false, false, 0, 0 },
		  false },
		{ "the router tells",
		  { .near_mtu = 1500, .far_mtu = 1400 },
		  { 1500, 1400, 1400, true, true, false, false, 0, 0 },
		  true },
		{ "jumbo frames",
		  { .near_mtu = 9001, .far_mtu = 8500 },
		  { 9001, 8500, 8500, true, true, false, false, 0, 0 },
		  true },
		{ "the router knows by its route",
		  { .near_mtu = 1500, .far_mtu = 1500, .router_route = 1446 },
		  { 1500, 1446, 1446, true, true, false, false, 0, 0 },
		  true },
		/* As in labs of a VPN: PLPMTUD asks for itself. */
		{ "the host knows too",
		  { .near_mtu = 1500, .far_mtu = 1500, .near_route = 1446, .router_route = 1446 },
		  { 1500, 1446, 1446, false, true, false, false, 0, 0 },
		  false },
		{ "the host believes in too little",
		  { .near_mtu = 1500, .far_mtu = 1500, .near_route = 1300 },
		  { 1500, 1300, 1500, false, true, false, false, 0, 0 },
		  false },
		{ "below the base",
		  { .near_mtu = 1500, .far_mtu = 600 },
		  { 1500, 600, 600, true, true, true, false, 0, 0 },
		  true },
		/* The kernel believes in no less than 552 bytes (net.ipv4.route.min_pmtu), so is told again. */
		{ "below what the kernel believes",
		  { .near_mtu = 1500, .far_mtu = 300 },
		  { 1500, 300, 300, true, true, true, false, 0, 0 },
		  false },
		{ "nobody hears the router",
		  { .near_mtu = 1500, .far_mtu = 1400, .deaf = true },
		  { 1500, 1500, 1400, false, false, false, true, 0, 0 },
		  false },
	};

	struct outcome *o = mmap(NULL, sizeof(*o) * ARRAY_SIZE(rows), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[ARRAY_SIZE(rows)];
	int status;

	cr_assert_neq(o, MAP_FAILED);
	/* All at once: the kernel takes a second to bring up the devices of each. */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		pids[i] = start(&rows[i].lab, &o[i]);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
		cr_assert_eq(status, 0);
	}

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct path_mtu want = rows[i].want;

		if (o[i].unsupported)
			cr_skip_test("no user namespaces");
		cr_assert_eq(o[i].code, 0, "%s: %s", rows[i].name, o[i].err.msg);
		expect_result(rows[i].name, &o[i].first, &want, false);
		if (rows[i].learned)
			want.icmp_received = false;
		expect_result(rows[i].name, &o[i].second, &want, true);
		/* Where classic heard nothing new, what was lost is PLPMTUD's, which does not heed ICMP: it waits. */
		if (!want.icmp_received)
			cr_expect_geq(o[i].second_ns, o[i].second.probes_lost * TIMEOUT_NS, "%s",
				      rows[i].name);
	}
}
