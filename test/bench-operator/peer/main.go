// Command peer is a plain operator on controller-runtime that keeps the same objects as ours: what the bench
// measures ours against. See README.md.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/flowcontrol"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const leaseName = "peer-operator"

// ownedKinds are the kinds of which every instance has some.
func ownedKinds() []client.Object {
	return []client.Object{
		&corev1.ServiceAccount{}, &corev1.ConfigMap{}, &corev1.Secret{}, &corev1.Service{},
		&rbacv1.Role{}, &rbacv1.RoleBinding{}, &appsv1.Deployment{}, &policyv1.PodDisruptionBudget{},
		&networkingv1.NetworkPolicy{}, &autoscalingv2.HorizontalPodAutoscaler{},
	}
}

func main() {
	ctrl.SetLogger(zap.New())
	if err := run(ctrl.SetupSignalHandler()); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, addToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	templates, err := readTemplates(os.Getenv("TEMPLATES"), scheme)
	if err != nil {
		return err
	}
	leaderConfig, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	qps, burst := number("KUBE_API_QPS"), number("KUBE_API_BURST")
	config := rest.CopyConfig(leaderConfig)
	// One bucket for the process: without it every kind would have a bucket of its own.
	config.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(float32(qps), burst)

	manager, err := ctrl.NewManager(config, managerOptions(scheme, leaderConfig))
	if err != nil {
		return err
	}
	warm := true
	options := controller.Options{MaxConcurrentReconciles: number("RECONCILE_WORKERS"), EnableWarmup: &warm}
	writer := writer{manager.GetClient()}
	instances := &instanceReconciler{writer: writer, templates: templates, recorder: manager.GetEventRecorder("peer")}
	if err := instances.setUp(manager, options); err != nil {
		return err
	}
	shared := &sharedReconciler{writer: writer, templates: templates}
	if err := shared.setUp(manager, options); err != nil {
		return err
	}
	return manager.Start(ctx)
}

func managerOptions(scheme *runtime.Scheme, leaderConfig *rest.Config) ctrl.Options {
	ours := labels.SelectorFromSet(labels.Set{"app.kubernetes.io/managed-by": "tick-storm-operator"})
	byObject := map[client.Object]cache.ByObject{}
	for _, kind := range ownedKinds() {
		byObject[kind] = cache.ByObject{Label: ours}
	}
	namespaces := map[string]cache.Config{}
	for _, namespace := range strings.Split(os.Getenv("WATCH_NAMESPACES"), ",") {
		if namespace != "" {
			namespaces[namespace] = cache.Config{}
		}
	}
	lease, renew, retry := 15*time.Second, 10*time.Second, 2*time.Second
	return ctrl.Options{
		Scheme:  scheme,
		Metrics: metricsserver.Options{BindAddress: "127.0.0.1:0"},
		Cache: cache.Options{
			ByObject:          byObject,
			DefaultNamespaces: namespaces,
			DefaultTransform:  cache.TransformStripManagedFields(),
		},
		LeaderElection:                true,
		LeaderElectionID:              leaseName,
		LeaderElectionNamespace:       os.Getenv("POD_NAMESPACE"),
		LeaderElectionConfig:          leaderConfig,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &lease,
		RenewDeadline:                 &renew,
		RetryPeriod:                   &retry,
	}
}

// number reads a whole number from the environment; the bench sets all of them.
func number(name string) int {
	value, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		fmt.Fprintf(os.Stderr, "peer: %s is to be a whole number, not %q\n", name, os.Getenv(name))
		os.Exit(64)
	}
	return value
}
