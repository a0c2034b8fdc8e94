/* SPDX-License-Identifier: ISC */
/*
 * A lab: a network between an on-premises site and VPCs, made of Direct Connect and Site-to-Site VPN, in AWS's own
 * terms, and what is to be expected of it. Plain data, read from YAML by one table (hybrid/lab_fields.h).
 * In comments, [A] is a figure from AWS's own text.
 */
#ifndef DXEMU_HYBRID_LAB_H
#define DXEMU_HYBRID_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ipv4.h"
#include "model/profile.h"

#define LAB_NAME_MAX 32 /* with the NUL byte; of names in a lab */
#define LAB_PATH_MAX 512
#define LAB_MAX_BYTES (1U << 20)

#define LAB_ROUTERS_MAX 4
#define LAB_HOSTS_MAX 32
#define LAB_VPCS_MAX 8
#define LAB_VGWS_MAX 8
#define LAB_TGWS_MAX 8
#define LAB_DXGWS_MAX 4
#define LAB_CONNECTIONS_MAX 16
#define LAB_VIFS_MAX 32
#define LAB_VPNS_MAX 8
#define LAB_EXPECT_MAX 64

#define LAB_SITE_CIDRS_MAX 16
#define LAB_ROUTES_MAX 256 /* in one list of prefixes */
#define LAB_COMMUNITIES_MAX 8
#define LAB_LAG_MEMBERS_MAX 4 /* [A: Direct Connect User Guide, lags, 2023-04] */
/* Of every VPN connection [A: Site-to-Site VPN User Guide, your-cgw, 2023-04]. */
#define LAB_TUNNELS 2

/* What a name can stand for. */
enum lab_kind {
	LAB_NONE, /* of a reference: there is none */
	LAB_ROUTER,
	LAB_HOST,
	LAB_VPC,
	LAB_VGW,
	LAB_TGW,
	LAB_DXGW,
	LAB_CONNECTION,
	LAB_LAG,
	LAB_VIF,
	LAB_VPN,
	LAB_TUNNEL, /* index: LAB_TUNNELS times that of its VPN connection, plus its place there */
	LAB_KIND_COUNT,
};

/* An object by its place in the lab's array of its kind. */
struct lab_ref {
	enum lab_kind kind;
	unsigned index;
};

/* The customer's router, which is also the customer gateway of VPN connections. */
struct lab_router {
	char name[LAB_NAME_MAX];
	uint32_t asn;
	/* The user's own configuration, whole and as it is; "" where we make it. At most one of the first two. */
	char bird_conf[LAB_PATH_MAX], frr_conf[LAB_PATH_MAX];
	char swanctl_conf[LAB_PATH_MAX];
};

struct lab_host {
	char name[LAB_NAME_MAX];
	struct in_addr address;
	struct lab_ref vpc; /* where it is; LAB_NONE: on-premises */
};

struct lab_vpc {
	char name[LAB_NAME_MAX];
	struct ipv4_net cidrs[LAB_SITE_CIDRS_MAX];
	unsigned n_cidrs;
};

struct lab_vgw {
	char name[LAB_NAME_MAX];
	uint32_t asn;
	struct lab_ref vpc; /* may be none: a hub of VPN connections */
};

struct lab_tgw {
	char name[LAB_NAME_MAX];
	uint32_t asn;
	struct lab_ref vpcs[LAB_VPCS_MAX];
	unsigned n_vpcs;
	bool ecmp; /* over VPN connections with BGP */
};

struct lab_association {
	char name[LAB_NAME_MAX]; /* of the gateway */
	struct lab_ref gateway;	 /* VGW or TGW */
	/* VGW: a filter for the VPC's CIDRs, none lets all pass. TGW: what is advertised [A: allowed-to-prefixes]. */
	struct ipv4_net allowed_prefixes[LAB_ROUTES_MAX];
	unsigned n_allowed_prefixes;
};

struct lab_dxgw {
	char name[LAB_NAME_MAX];
	uint32_t asn;
	struct lab_association associations[LAB_VGWS_MAX];
	unsigned n_associations; /* all with VGWs, or all with TGWs */
};

struct lab_connection {
	char name[LAB_NAME_MAX];
	char location[LAB_NAME_MAX]; /* of Direct Connect: "eqc-fr5"; connections of one location fail together */
	char lag_name[LAB_NAME_MAX]; /* "" if it is by itself */
	struct lab_ref lag, router;
	/* Of kind dedicated or hosted. VLANs and MTU in it are not those of the VIFs, which count. */
	struct profile profile;
	unsigned s_vlan; /* the partner's outer tag; 0 if dedicated */
};

/* Dedicated connections, alike in speed, location and router, that carry their VIFs together. */
struct lab_lag {
	char name[LAB_NAME_MAX];
	struct lab_ref members[LAB_LAG_MEMBERS_MAX];
	unsigned n_members;
};

enum lab_vif_type { LAB_VIF_PRIVATE, LAB_VIF_PUBLIC, LAB_VIF_TRANSIT, LAB_VIF_TYPE_COUNT };

struct lab_vif {
	char name[LAB_NAME_MAX];
	struct lab_ref connection; /* connection that is in no LAG, or LAG */
	enum lab_vif_type type;
	unsigned vlan;		/* 1 to 4094 */
	struct lab_ref gateway; /* private: VGW or DXGW; transit: DXGW; public: none */
	struct ipv4_net amazon_address, customer_address; /* in one subnet */
	char md5[81]; /* key of the BGP session; "": one is made up */
	bool bfd;     /* on the customer's side; AWS's is always on */
	unsigned mtu;
	uint32_t communities[LAB_COMMUNITIES_MAX]; /* 7224:7100 is 7224 << 16 | 7100 */
	unsigned n_communities;
	struct ipv4_net advertise[LAB_ROUTES_MAX]; /* by the customer; none: the site's CIDRs */
	unsigned n_advertise;
};

enum lab_ike_version { LAB_IKEV1, LAB_IKEV2, LAB_IKE_VERSION_COUNT };
enum lab_encryption {
	LAB_AES128,
	LAB_AES256,
	LAB_AES128_GCM_16,
	LAB_AES256_GCM_16,
	LAB_ENCRYPTION_COUNT
};
enum lab_integrity { LAB_SHA1, LAB_SHA2_256, LAB_SHA2_384, LAB_SHA2_512, LAB_INTEGRITY_COUNT };
/* Names of both are the groups' numbers: 2, 14 to 24 and, of ESP alone, 5. */
#define LAB_IKE_GROUPS 12
#define LAB_ESP_GROUPS 13
enum lab_dpd_action { LAB_DPD_CLEAR, LAB_DPD_NONE, LAB_DPD_RESTART, LAB_DPD_ACTION_COUNT };
enum lab_startup { LAB_STARTUP_ADD, LAB_STARTUP_START, LAB_STARTUP_COUNT };

/* Of AWS's side. Sets are bit masks over the enums: what it accepts [A: VPNTunnels, 2023-04; defaults, too]. */
struct lab_tunnel {
	char name[LAB_NAME_MAX];
	struct ipv4_net inside_cidr; /* a /30; its first host is AWS's */
	char psk[65];		     /* "": one is made up */
	unsigned ike_versions;
	/* Groups: by their places in lab_ike_groups and lab_esp_groups. */
	unsigned ike_encryption, ike_integrity, ike_dh_group;
	unsigned esp_encryption, esp_integrity, esp_dh_group;
	uint64_t ike_lifetime_ns, esp_lifetime_ns, rekey_margin_ns;
	unsigned rekey_fuzz_percent;
	unsigned replay_window; /* packets */
	uint64_t dpd_timeout_ns;
	enum lab_dpd_action dpd_action;
	enum lab_startup startup_action; /* start: AWS begins */
};

enum lab_routing { LAB_ROUTING_BGP, LAB_ROUTING_STATIC, LAB_ROUTING_COUNT };

struct lab_vpn {
	char name[LAB_NAME_MAX];
	struct lab_ref gateway; /* VGW or TGW */
	struct lab_ref router;
	struct lab_ref over; /* VIF that carries it; none: the internet, which is like the profile */
	struct profile profile; /* of kind vpn, for each tunnel; all zero with @over */
	enum lab_routing routing;
	struct ipv4_net static_routes[LAB_ROUTES_MAX]; /* of AWS to the customer */
	unsigned n_static_routes;
	bool nat_t; /* NAT traversal: UDP around ESP (RFC 3948) */
	struct lab_tunnel tunnels[LAB_TUNNELS];
	unsigned n_tunnels;
};

/* What a line under expect: says. */
enum lab_verb {
	LAB_REACHABLE,	 /* subject, a host, answers from: on port, or to a ping */
	LAB_UNREACHABLE, /* and does not */
	LAB_PATH,	 /* packets of from and to go by the subject */
	LAB_ESTABLISHED, /* BGP session or tunnels of the subject are up, with so many prefixes learnt */
	LAB_MTU,	 /* largest IP packet that passes, in bytes */
	LAB_FAILOVER, /* after the event befell the subject, from and to are connected again in time */
	LAB_GOODPUT, /* of TCP, at least */
	LAB_LATENCY, /* 99th percentile of the round trip, at most */
	LAB_VERB_COUNT,
};

enum lab_direction { LAB_BOTH, LAB_TO_VPC, LAB_TO_ONPREM, LAB_DIRECTION_COUNT };

enum lab_event {
	LAB_EVENT_CARRIER,    /* the devices lose carrier */
	LAB_EVENT_BLACK_HOLE, /* they keep it, and nothing comes through */
	LAB_EVENT_BGP,	      /* the BGP sessions are shut, as by AWS's failover test */
	LAB_EVENT_COUNT,
};

enum lab_protocol { LAB_ICMP, LAB_TCP, LAB_UDP };

struct lab_port {
	enum lab_protocol protocol; /* LAB_ICMP: no port, ping */
	unsigned port;
};

#define LAB_ANY_NUMBER UINT32_MAX

struct lab_expect {
	enum lab_verb verb;
	struct lab_ref subject, from, to; /* from, to: hosts */
	struct lab_port port;
	enum lab_direction direction; /* of a path */
	uint32_t prefixes;	      /* at least; LAB_ANY_NUMBER if nothing is said of them */
	unsigned mtu;
	enum lab_event event;
	uint64_t within_ns, latency_ns, goodput_bps;
	int line; /* of the file */
};

/* Some 630 kB: for the heap. Names are unique in a lab; those of tunnels are in their VPN connection. */
struct lab {
	char name[LAB_NAME_MAX];
	char title[128];
	struct {
		struct ipv4_net cidrs[LAB_SITE_CIDRS_MAX];
		unsigned n_cidrs;
	} onprem;
	struct lab_router routers[LAB_ROUTERS_MAX];
	struct lab_host hosts[LAB_HOSTS_MAX]; /* of all sites */
	struct lab_vpc vpcs[LAB_VPCS_MAX];
	struct lab_vgw vgws[LAB_VGWS_MAX];
	struct lab_tgw tgws[LAB_TGWS_MAX];
	struct lab_dxgw dxgws[LAB_DXGWS_MAX];
	struct lab_connection connections[LAB_CONNECTIONS_MAX];
	struct lab_lag lags[LAB_CONNECTIONS_MAX]; /* made of connections' lag_name */
	struct lab_vif vifs[LAB_VIFS_MAX];
	struct lab_vpn vpns[LAB_VPNS_MAX];
	struct lab_expect expect[LAB_EXPECT_MAX];
	unsigned n_routers, n_hosts, n_vpcs, n_vgws, n_tgws, n_dxgws, n_connections, n_lags, n_vifs,
		n_vpns, n_expect;
};

extern const char *const lab_vif_type_names[LAB_VIF_TYPE_COUNT];
extern const char *const lab_ike_version_names[LAB_IKE_VERSION_COUNT];
extern const char *const lab_encryption_names[LAB_ENCRYPTION_COUNT];
extern const char *const lab_integrity_names[LAB_INTEGRITY_COUNT];
extern const char *const lab_ike_groups[LAB_IKE_GROUPS];
extern const char *const lab_esp_groups[LAB_ESP_GROUPS];
extern const char *const lab_dpd_action_names[LAB_DPD_ACTION_COUNT];
extern const char *const lab_startup_names[LAB_STARTUP_COUNT];
extern const char *const lab_routing_names[LAB_ROUTING_COUNT];
extern const char *const lab_direction_names[LAB_DIRECTION_COUNT];
extern const char *const lab_event_names[LAB_EVENT_COUNT];

/* Where a lab's files are. */
struct lab_dirs {
	const char *lab;      /* relative paths start here; NULL: no file it names is looked at */
	const char *profiles; /* the shipped profiles */
};

/*
 * lab_read() - parse a lab, load its profiles, and check that it can be built.
 * @text, @len: YAML, at most LAB_MAX_BYTES
 * @name: what messages call it (a file's path)
 *
 * Errors are err_input(): "name:line:column: path: what was found; what is allowed". Keys (psk, md5) are in no
 * message. Returns 0 or -errno; *ret_lab is written on success only, and owns nothing.
 */
int lab_read(const char *text, size_t len, const char *name, const struct lab_dirs *dirs,
	     struct lab *ret_lab, struct err *err);

/* lab_load() - the same of a file; @profiles: directory of the shipped profiles. */
int lab_load(const char *path, const char *profiles, struct lab *ret_lab, struct err *err);

/*
 * lab_is_file() - whether a file is meant to be a lab: one of its lines begins with "lab:". False also where it cannot be
 * read; who then takes it for something else will say why.
 */
bool lab_is_file(const char *path);

/* How many objects of a kind there are. */
unsigned lab_count(const struct lab *lab, enum lab_kind kind);

/* The object's name in its place: "vif1", "t1". "" for no object. */
const char *lab_name(const struct lab *lab, struct lab_ref ref);

/* By what it is referred to: "vif1", and a tunnel as "vpn1.t1"; returns buf. */
#define LAB_FULL_NAME_MAX (2 * LAB_NAME_MAX)
char *lab_full_name(const struct lab *lab, struct lab_ref ref, char *buf, size_t size);

/* The object that is referred to as @name, among these kinds, a bit mask. */
bool lab_find(const struct lab *lab, const char *name, unsigned kinds, struct lab_ref *ret_ref);

/* The customer's end of a virtual interface: the router of its connection, or of its LAG. */
struct lab_ref lab_vif_router(const struct lab *lab, const struct lab_vif *vif);

static inline bool lab_ref_equal(struct lab_ref a, struct lab_ref b)
{
	return a.kind == b.kind && a.index == b.index;
}

#endif
