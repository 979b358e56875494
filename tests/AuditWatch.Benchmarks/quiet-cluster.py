#!/usr/bin/env python3
"""quiet-cluster.py EVENTS FILE [SEED] [kubeadm|eks|gke|aks|k3s]: audit events of a cluster in which nothing is wrong, as JSON lines, the same for the same seed.

100,000 events are 30 hours. Kubelets, the control plane, DNS, metrics, cert-manager, Argo CD, ingress, storage, autoscaling, policies, a nightly backup and CronJobs do what
they do all day; people look at things and deploy with Helm; nodes are drained, tokens expire, controllers ask for what they may not have. Nobody attacks: whatever is
raised at medium or above is wrong, or wants one of the filters that come with AuditWatch.
"""
import datetime, json, random, sys, uuid

EVENTS, FILE = int(sys.argv[1]), sys.argv[2]
R = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
CLOUD = sys.argv[4] if len(sys.argv) > 4 else 'kubeadm'
VERSION = 'v1.34.1 (linux/amd64) kubernetes/93248f9'
ROUND = 100_000
APPS = ['orders', 'cart', 'catalog', 'users', 'invoice', 'search', 'notifier', 'web']
SPACES = ['shop-eu', 'shop-us', 'payments', 'identity', 'reports']
NODES = [f'node-{i}' for i in range(20)]
PEOPLE = [f'{name}@example.com' for name in ('alice', 'bob', 'carla', 'dan', 'erin', 'frank')]
GROUPS = {'deployments': 'apps', 'replicasets': 'apps', 'daemonsets': 'apps', 'statefulsets': 'apps', 'jobs': 'batch', 'cronjobs': 'batch', 'leases': 'coordination.k8s.io',
          'endpointslices': 'discovery.k8s.io', 'horizontalpodautoscalers': 'autoscaling', 'ingresses': 'networking.k8s.io', 'networkpolicies': 'networking.k8s.io',
          'certificates': 'cert-manager.io', 'certificaterequests': 'cert-manager.io', 'applications': 'argoproj.io', 'subjectaccessreviews': 'authorization.k8s.io',
          'selfsubjectaccessreviews': 'authorization.k8s.io', 'tokenreviews': 'authentication.k8s.io', 'nodemetrics': 'metrics.k8s.io', 'podmetrics': 'metrics.k8s.io',
          'volumeattachments': 'storage.k8s.io', 'csinodes': 'storage.k8s.io', 'storageclasses': 'storage.k8s.io', 'roles': 'rbac.authorization.k8s.io',
          'rolebindings': 'rbac.authorization.k8s.io', 'clusterroles': 'rbac.authorization.k8s.io', 'clusterrolebindings': 'rbac.authorization.k8s.io',
          'validatingwebhookconfigurations': 'admissionregistration.k8s.io', 'mutatingwebhookconfigurations': 'admissionregistration.k8s.io',
          'poddisruptionbudgets': 'policy', 'policyreports': 'wgpolicyk8s.io', 'backups': 'velero.io', 'apiservices': 'apiregistration.k8s.io', 'externalsecrets': 'external-secrets.io'}
KINDS = ['pods', 'services', 'configmaps', 'namespaces', 'nodes', 'serviceaccounts', 'deployments', 'replicasets', 'daemonsets', 'statefulsets', 'jobs', 'cronjobs', 'endpointslices',
         'ingresses', 'persistentvolumes', 'persistentvolumeclaims', 'resourcequotas', 'networkpolicies', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings']
now = datetime.datetime(2026, 11, 1)
count = 0


def account(space, name, agent, address):
    return {'username': f'system:serviceaccount:{space}:{name}', 'groups': ['system:serviceaccounts', f'system:serviceaccounts:{space}', 'system:authenticated']}, agent, address


def person(name):
    i = PEOPLE.index(name)
    return {'username': name, 'groups': ['developers', 'system:authenticated']}, f'kubectl/v1.3{i % 4 + 1}.2 (darwin/arm64) kubernetes/5864a46', f'10.200.0.{20 + i}'


def program(space, name, agent=None):
    return account(space, name, agent or f'{name}/v1.2.3 ({VERSION[9:]}', f'10.244.{sum(map(ord, name)) % 20}.{sum(map(ord, space)) % 200 + 5}')


ALL_IN_ONE = {'k3s': 'k3s/v1.34.1+k3s1 (linux/amd64) kubernetes/93248f9'}.get(CLOUD)
PLAIN = [] if CLOUD == 'gke' else ['system:authenticated']


def component(name):
    user = {'username': f'system:{name}'}
    return ({**user, 'groups': PLAIN} if PLAIN else user), ALL_IN_ONE or f'{name}/{VERSION}', '10.0.0.2'


def controller(name):
    return account('kube-system', name, ALL_IN_ONE or f'kube-controller-manager/{VERSION}/system:serviceaccount:kube-system:{name}', '10.0.0.2')


def kubelet(node):
    user = {'username': f'system:node:{node}', 'groups': ['system:nodes', 'system:authenticated']}
    return (user if CLOUD != 'gke' else {'username': user['username']}), ALL_IN_ONE or f'kubelet/{VERSION}', f'10.0.1.{NODES.index(node) + 10}'


API_SERVER = {'username': 'system:apiserver', 'groups': ['system:masters', 'system:authenticated']}, ALL_IN_ONE or f'kube-apiserver/{VERSION}', '127.0.0.1' if CLOUD != 'gke' else '::1'
NOBODY = {'username': 'system:anonymous', 'groups': ['system:unauthenticated']}


def event(who, verb, resource, space=None, name=None, sub=None, code=None, body=None, query='', answer=None, seconds=None, stage='ResponseComplete', path=None):
    global now, count
    count += 1
    now += datetime.timedelta(seconds=seconds if seconds is not None else R.uniform(0, 1.72))
    user, agent, address = who
    group = GROUPS.get(resource, '')
    path = path or (f"/apis/{group}/v1" if group else '/api/v1') + (f'/namespaces/{space}' if space else '') + f'/{resource}' + (f'/{name}' if name and (verb != 'create' or sub) else '') + (f'/{sub}' if sub else '') + query
    time = now.strftime('%Y-%m-%dT%H:%M:%S.%fZ')
    code = code or (201 if verb == 'create' else 200)
    one = {'kind': 'Event', 'apiVersion': 'audit.k8s.io/v1', 'level': 'RequestResponse' if answer else 'Request' if body else 'Metadata', 'auditID': str(uuid.UUID(int=R.getrandbits(128), version=4)),
           'stage': stage, 'requestURI': path, 'verb': verb, 'user': user, 'sourceIPs': [address], 'userAgent': agent}
    if resource:
        one['objectRef'] = {key: value for key, value in (('resource', resource), ('namespace', space), ('name', name), ('subresource', sub), ('apiGroup', group), ('apiVersion', 'v1')) if value}
    one['responseStatus'] = {'metadata': {}, 'code': code}
    if body:
        one['requestObject'] = body
    if answer:
        one['responseObject'] = answer
    one['requestReceivedTimestamp'] = one['stageTimestamp'] = time
    one['annotations'] = {'authorization.k8s.io/decision': 'forbid' if code == 403 else 'allow', 'authorization.k8s.io/reason': ''}
    return one


def pod_name():
    return f'{R.choice(APPS)}-{R.getrandbits(40):010x}-{R.getrandbits(20):05x}'


def template(app, **more):
    return {'metadata': {'labels': {'app': app}}, 'spec': {'serviceAccountName': 'default', 'containers': [{
        'name': app, 'image': f'registry.example.com/{app}:{R.randint(1, 90)}', 'livenessProbe': {'httpGet': {'path': '/healthz', 'port': 8080}},
        'securityContext': {'allowPrivilegeEscalation': False, 'capabilities': {'drop': ['ALL']}}}], **more}}


def owned(kind, owner, template_):
    return {'kind': 'Pod', 'apiVersion': 'v1', 'metadata': {'generateName': f'{owner}-', 'ownerReferences': [{'apiVersion': 'apps/v1', 'kind': kind, 'name': owner, 'uid': '1', 'controller': True}]}, 'spec': template_['spec']}


def kubelets():
    node, space = R.choice(NODES), R.choice(SPACES)
    me = kubelet(node)
    what = R.random()
    if what < .35:
        yield event(me, 'update', 'leases', 'kube-node-lease', node, body={'kind': 'Lease', 'spec': {'holderIdentity': node}})
    elif what < .5:
        yield event(me, 'patch', 'nodes', name=node, sub='status', body={'status': {'conditions': [{'type': 'Ready', 'status': 'True'}]}})
    elif what < .75:
        name = pod_name()
        yield event(me, 'get', 'pods', space, name, code=R.choice([200] * 20 + [404]))
        yield event(me, 'patch', 'pods', space, name, 'status', body={'status': {'phase': 'Running'}})
    elif what < .85:
        yield event(me, R.choice(['get', 'watch']), 'secrets', space, R.choice(APPS) + '-tls')
        yield event(me, R.choice(['get', 'watch']), 'configmaps', space, 'kube-root-ca.crt', code=R.choice([200] * 30 + [403]))
    elif what < .93:
        yield event(me, 'create', 'serviceaccounts', space, 'default', 'token', body={'kind': 'TokenRequest', 'spec': {'audiences': ['https://kubernetes.default.svc'], 'expirationSeconds': 3607, 'boundObjectRef': {'kind': 'Pod', 'apiVersion': 'v1', 'name': pod_name(), 'uid': '1'}}})
    else:
        yield event(me, 'create', 'events', space, f'{pod_name()}.17a')
        yield event(me, 'get', 'csinodes', name=node)


def control_plane():
    what = R.random()
    if what < .3:
        yield event(component(name := R.choice(['kube-controller-manager', 'kube-scheduler'])), 'update', 'leases', 'kube-system', name)
    elif what < .5:
        yield event(controller(R.choice(['deployment-controller', 'generic-garbage-collector', 'resourcequota-controller', 'namespace-controller', 'endpointslice-controller'])), R.choice(['list', 'watch']), R.choice(KINDS + ['secrets']))
    elif what < .6:
        yield event(controller('endpointslice-controller'), 'update', 'endpointslices', space := R.choice(SPACES), R.choice(APPS) + '-x2', body={'kind': 'EndpointSlice', 'endpoints': []})
        yield event(controller('endpoint-controller'), 'update', 'endpoints', space, R.choice(APPS), body={'kind': 'Endpoints'})
    elif what < .7:
        app, space = R.choice(APPS), R.choice(SPACES)
        yield event(controller('replicaset-controller'), 'create', 'pods', space, pod_name(), body=owned('ReplicaSet', app, template(app)))
        yield event(component('kube-scheduler'), 'create', 'pods', space, pod_name(), 'binding', body={'kind': 'Binding', 'target': {'kind': 'Node', 'name': R.choice(NODES)}})
    elif what < .72:
        yield event(controller('daemon-set-controller'), 'create', 'pods', 'kube-system', 'proxy-' + str(count), body=owned('DaemonSet', 'kube-proxy', template('kube-proxy', hostNetwork=True, volumes=[{'name': 'lib', 'hostPath': {'path': '/lib/modules'}}])))
    elif what < .8:
        yield event(controller('horizontal-pod-autoscaler'), 'list', 'podmetrics', R.choice(SPACES))
        yield event(controller('horizontal-pod-autoscaler'), 'update', 'deployments', R.choice(SPACES), R.choice(APPS), 'scale', body={'kind': 'Scale', 'spec': {'replicas': R.randint(2, 9)}})
    elif what < .88:
        job = f'{R.choice(APPS)}-report-{count}'
        yield event(controller('cronjob-controller'), 'create', 'jobs', 'reports', job, body={'kind': 'Job', 'metadata': {'name': job, 'ownerReferences': [{'kind': 'CronJob', 'name': 'report', 'controller': True}]}, 'spec': {'template': template('report')}})
        yield event(controller('job-controller'), 'create', 'pods', 'reports', job + '-x', body=owned('Job', job, template('report')))
        yield event(controller('ttl-after-finished-controller'), 'delete', 'jobs', 'reports', job)
        yield event(controller('generic-garbage-collector'), 'delete', 'pods', 'reports', job + '-x')
    elif what < .95:
        yield event(API_SERVER, R.choice(['get', 'update']), 'leases', 'kube-system', 'apiserver-abc')
        yield event(API_SERVER, 'update', 'apiservices', name='v1beta1.metrics.k8s.io', sub='status')
    else:
        yield event(controller('node-controller'), 'patch', 'nodes', name=R.choice(NODES), body={'spec': {'taints': []}})
        yield event(component('kube-controller-manager'), 'create', 'serviceaccounts', 'kube-system', 'endpointslice-controller', 'token', body={'kind': 'TokenRequest', 'spec': {'expirationSeconds': 3600}})


def programs():
    what = R.random()
    if what < .15:
        yield event(program('kube-system', 'coredns', f'coredns/v1.11 ({VERSION[9:]}'), 'watch', R.choice(['services', 'endpointslices', 'namespaces', 'pods']))
    elif what < .3:
        yield event(program('monitoring', 'kube-state-metrics', 'kube-state-metrics/v2.13.0 (linux/amd64) kube-state-metrics/abc'), R.choice(['list', 'watch']), R.choice(KINDS))
        yield event(program('monitoring', 'prometheus-k8s', 'Prometheus/2.54.1'), R.choice(['list', 'watch']), R.choice(['pods', 'services', 'endpointslices', 'nodes']))
    elif what < .4:
        yield event(program('kube-system', 'metrics-server', 'metrics-server/v0.7.2 (linux/amd64) kubernetes/abc'), R.choice(['list', 'watch']), R.choice(['nodes', 'pods']))
        yield event(program('kube-system', 'metrics-server', 'metrics-server/v0.7.2 (linux/amd64) kubernetes/abc'), 'create', 'subjectaccessreviews')
    elif what < .5:
        me = program('cert-manager', 'cert-manager', 'cert-manager-certificates-issuing/v1.16.2 (linux/amd64) cert-manager/abc')
        name, space = R.choice(APPS) + '-tls', R.choice(SPACES)
        yield event(me, 'watch', 'certificates')
        yield event(me, 'get', 'secrets', space, name)
        if R.random() < .1:
            yield event(me, 'update', 'secrets', space, name)
        yield event(me, 'update', 'leases', 'kube-system', 'cert-manager-controller')
        if R.random() < .01:
            yield event(program('cert-manager', 'cert-manager-cainjector', 'cert-manager-cainjector/v1.16.2 (linux/amd64) cert-manager/abc'), 'update', 'validatingwebhookconfigurations', name='cert-manager-webhook')
    elif what < .65:
        me = program('argocd', 'argocd-application-controller', 'argocd-application-controller/v2.13.0')
        yield event(me, R.choice(['list', 'watch']), R.choice(KINDS))
        yield event(me, 'patch', 'applications', 'argocd', R.choice(APPS))
        if R.random() < .05:
            app = R.choice(APPS)
            yield event(me, 'patch', 'deployments', R.choice(SPACES), app, body={'spec': {'template': {'spec': {'containers': [{'name': app, 'image': f'registry.example.com/{app}:{count}'}]}}}})
        if R.random() < .002:
            yield event(me, 'patch', R.choice(['roles', 'rolebindings']), R.choice(SPACES), R.choice(APPS))
    elif what < .7:
        yield event(program('ingress-nginx', 'ingress-nginx', 'nginx-ingress-controller/v1.11.2 (linux/amd64) ingress-nginx/abc'), 'watch', R.choice(['ingresses', 'services', 'secrets', 'endpointslices']))
        yield event(program('ingress-nginx', 'ingress-nginx', 'nginx-ingress-controller/v1.11.2 (linux/amd64) ingress-nginx/abc'), 'update', 'ingresses', R.choice(SPACES), R.choice(APPS), 'status')
    elif what < .76:
        yield event(program('external-secrets', 'external-secrets', 'external-secrets/v0.12.1 (linux/amd64) kubernetes/abc'), 'get', 'secrets', R.choice(SPACES), R.choice(APPS) + '-keys', code=R.choice([200] * 9 + [404]))
        yield event(program('external-secrets', 'external-secrets', 'external-secrets/v0.12.1 (linux/amd64) kubernetes/abc'), 'update', 'externalsecrets', R.choice(SPACES), R.choice(APPS), 'status')
    elif what < .84:
        me = program('kube-system', 'csi-controller', 'csi-provisioner/v5.0.2 (linux/amd64) kubernetes/abc')
        yield event(me, 'update', 'leases', 'kube-system', 'ebs-csi')
        if R.random() < .05:
            yield event(me, 'create', 'persistentvolumes', name=f'pvc-{count}', body={'kind': 'PersistentVolume', 'spec': {'csi': {'driver': 'ebs.csi.example.com', 'volumeHandle': str(count)}}})
    elif what < .9:
        me = program('kube-system', 'cluster-autoscaler', 'cluster-autoscaler/v1.31.0 (linux/amd64) kubernetes/abc')
        yield event(me, R.choice(['list', 'watch']), R.choice(['nodes', 'pods', 'poddisruptionbudgets', 'storageclasses']))
        yield event(me, 'update', 'configmaps', 'kube-system', 'cluster-autoscaler-status')
    elif what < .96:
        me = program('kyverno', 'kyverno-admission-controller', 'kyverno/v1.13.1 (linux/amd64) kubernetes/abc')
        yield event(me, R.choice(['list', 'watch']), R.choice(['namespaces', 'configmaps', 'validatingwebhookconfigurations']))
        yield event(me, 'update', 'leases', 'kyverno', 'kyverno')
        if R.random() < .02:
            yield event(me, 'update', 'validatingwebhookconfigurations', name='kyverno-resource-validating-webhook-cfg')
    else:
        # An operator that was given one permission too few asks for ever.
        yield event(program('reports', 'report-operator', f'report-operator/v0.4 ({VERSION[9:]}'), 'list', 'nodes', code=403)
        yield event(program('payments', 'orders', f'orders/v0.0.0 ({VERSION[9:]}'), R.choice(['get', 'watch']), 'configmaps', 'payments', 'settings')


def probes():
    yield event((NOBODY, 'kube-probe/1.34', '10.0.0.2'), 'get', None, path=R.choice(['/healthz', '/livez', '/readyz']))
    if R.random() < .02:
        yield event((NOBODY, 'Go-http-client/2.0', '10.0.0.9'), 'get', None, path='/version')
    if R.random() < .01:
        # A laptop whose login has run out.
        yield event(({}, person(who := R.choice(PEOPLE))[1], person(who)[2]), 'list', 'pods', R.choice(SPACES), code=401, stage='ResponseStarted')


def people():
    me, space = person(R.choice(PEOPLE)), R.choice(SPACES)
    what = R.random()
    if what < .85:
        for _ in range(R.randint(1, 5)):
            kind = R.choice(['pods', 'pods', 'deployments', 'services', 'events', 'ingresses', 'configmaps', 'jobs'])
            yield event(me, R.choice(['list', 'list', 'watch']), kind, space, seconds=R.uniform(1, 20))
            if R.random() < .4:
                yield event(me, 'get', 'pods', space, pod_name(), R.choice([None, 'log']), seconds=R.uniform(1, 20))
    elif what < .9:
        yield event(me, 'create', 'selfsubjectaccessreviews', body={'kind': 'SelfSubjectAccessReview', 'spec': {'resourceAttributes': {'verb': 'get', 'resource': 'pods'}}})
    elif what < .93:
        yield event(me, 'list', R.choice(['nodes', 'namespaces', 'podmetrics']))
    elif what < .95:
        yield event(me, 'list', 'nodes', code=403)
    elif what < .97:
        yield event(me, 'patch', 'deployments', space, R.choice(APPS), body={'spec': {'template': {'metadata': {'annotations': {'kubectl.kubernetes.io/restartedAt': 'now'}}}}})
    else:
        helm = (me[0], 'Helm/3.16.2', me[2])
        app = R.choice(APPS)
        yield event(helm, 'list', 'secrets', space, query='?labelSelector=name%3D' + app + '%2Cowner%3Dhelm')
        yield event(helm, 'create', 'secrets', space, f'sh.helm.release.v1.{app}.v{count}')
        yield event(helm, 'patch', 'deployments', space, app, body={'spec': {'template': {'spec': {'containers': [{'name': app, 'image': f'registry.example.com/{app}:{count}'}]}}}})
        yield event(helm, 'update', 'secrets', space, f'sh.helm.release.v1.{app}.v{count}')


def cloud():
    if CLOUD == 'eks':
        who, verb, resource = R.choice([('eks:node-manager', 'get', 'nodes'), ('eks:addon-manager', 'get', 'daemonsets'), ('eks:addon-manager', 'patch', 'configmaps'), ('eks:vpc-resource-controller', 'update', 'configmaps'),
                                        ('eks:k8s-metrics', 'list', 'pods'), ('eks:coredns-autoscaler', 'get', 'deployments')])
        yield event(({'username': who}, f'eks/{VERSION}', '10.0.0.5'), verb, resource, 'kube-system' if resource != 'nodes' else None, 'coredns' if who.startswith('eks:add') else 'eks-leader')
        yield event(program('kube-system', 'aws-node', 'aws-node/v1.19.0'), 'watch', R.choice(['pods', 'nodes']))
    elif CLOUD == 'gke':
        yield event(({'username': R.choice(['system:gke-controller-manager', 'system:gcp-controller-manager', 'system:clustermetrics', 'system:glbc', 'system:vpa-recommender', 'system:cluster-autoscaler'])}, 'Go-http-client/2.0', '172.16.0.2'), R.choice(['list', 'get', 'update', 'watch']), R.choice(['nodes', 'configmaps', 'leases', 'pods']), 'kube-system', 'gke-common')
    elif CLOUD == 'aks':
        yield event(({'username': 'aksService', 'groups': ['system:masters', 'system:authenticated']}, 'Go-http-client/2.0', '172.31.0.2'), R.choice(['list', 'get', 'patch']), R.choice(['nodes', 'configmaps', 'deployments', 'daemonsets']), 'kube-system', 'coredns')
        yield event(program('kube-system', 'cloud-node-manager', f'cloud-node-manager/{VERSION}'), 'patch', 'nodes', name=R.choice(NODES), sub='status', body={'status': {'addresses': []}})
    elif CLOUD == 'k3s':
        yield event(({'username': 'system:k3s-controller', 'groups': ['system:masters', 'system:authenticated']}, ALL_IN_ONE, '127.0.0.1'), R.choice(['list', 'get', 'watch']), R.choice(['nodes', 'secrets', 'pods', 'configmaps']), 'kube-system', 'k3s-serving')


def backup():
    me = program('velero', 'velero', 'velero-server/v1.15.0 (linux/amd64) abc')
    for space in SPACES:
        for kind in KINDS[:12] + ['secrets']:
            yield event(me, 'list', kind, space, seconds=.2)
    yield event(me, 'patch', 'backups', 'velero', f'nightly-{now:%Y%m%d}', sub='status')


def drain():
    admin = ({'username': 'kubernetes-admin', 'groups': ['kubeadm:cluster-admins', 'system:authenticated']}, 'kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9', '10.0.0.2')
    node = R.choice(NODES)
    yield event(admin, 'patch', 'nodes', name=node, body={'spec': {'unschedulable': True}})
    for _ in range(10):
        yield event(admin, 'create', 'pods', R.choice(SPACES), pod_name(), 'eviction', body={'kind': 'Eviction'}, seconds=1.5)
    yield event(admin, 'patch', 'nodes', name=node, body={'spec': {'unschedulable': None}}, seconds=600)


def namespace():
    admin = ({'username': 'kubernetes-admin', 'groups': ['kubeadm:cluster-admins', 'system:authenticated']}, 'kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9', '10.0.0.2')
    name = f'preview-{count}'
    yield event(admin, 'create', 'namespaces', name=name, body={'kind': 'Namespace', 'metadata': {'name': name}})
    yield event(controller('service-account-controller'), 'create', 'serviceaccounts', name, 'default', body={'kind': 'ServiceAccount', 'metadata': {'name': 'default'}})
    yield event(controller('root-ca-cert-publisher'), 'create', 'configmaps', name, 'kube-root-ca.crt')
    yield event(admin, 'create', 'rolebindings', name, 'developers', body={'kind': 'RoleBinding', 'roleRef': {'kind': 'ClusterRole', 'name': 'view'}, 'subjects': [{'kind': 'Group', 'name': 'developers'}]})


def a_round():
    """What goes on all the time, with a backup, a drain and a new namespace among it."""
    extra = sorted([(.1, backup), (.4, drain), (.55, namespace)], key=lambda each: -each[0])
    begun = count
    while count - begun < ROUND:
        if extra and (count - begun) / ROUND >= extra[-1][0]:
            yield from extra.pop()[1]()
        yield from R.choices([kubelets, control_plane, programs, probes, people, cloud], [50, 22, 20, 4, 1, 3])[0]()


with open(FILE, 'w', encoding='utf-8') as out:
    while count < EVENTS:
        for one in a_round():
            out.write(json.dumps(one, separators=(',', ':')) + '\n')
            if count >= EVENTS:
                break
