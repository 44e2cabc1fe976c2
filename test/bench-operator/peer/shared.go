package main

import (
	"context"
	"sort"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// sharedReconciler keeps the quota and the limit range of a namespace, sized to the sum of its TickStorms. The name of
// a request is the namespace's.
type sharedReconciler struct {
	writer
	templates *templates
}

func (r *sharedReconciler) setUp(manager ctrl.Manager, options controller.Options) error {
	ofNamespace := handler.EnqueueRequestsFromMapFunc(func(_ context.Context, object client.Object) []reconcile.Request {
		return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: object.GetNamespace()}}}
	})
	declared := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	return ctrl.NewControllerManagedBy(manager).Named("shared").WithOptions(options).
		Watches(&TickStorm{}, ofNamespace, declared).
		Watches(&corev1.ResourceQuota{}, ofNamespace).
		Watches(&corev1.LimitRange{}, ofNamespace).
		Complete(r)
}

func (r *sharedReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	namespace := request.Name
	var tickStorms TickStormList
	if err := r.List(ctx, &tickStorms, client.InNamespace(namespace)); err != nil {
		return ctrl.Result{}, err
	}
	if len(tickStorms.Items) == 0 {
		return ctrl.Result{}, nil
	}
	objects, err := r.templates.renderShared(namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	for _, object := range objects {
		object.SetOwnerReferences(references(tickStorms.Items))
		if quota, ok := object.(*corev1.ResourceQuota); ok {
			for name, one := range quota.Spec.Hard {
				one.Mul(int64(len(tickStorms.Items)))
				quota.Spec.Hard[name] = one
			}
		}
		if _, err := r.ensure(ctx, object); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

// references are to all of them, in a stable order.
func references(tickStorms []TickStorm) []metav1.OwnerReference {
	var out []metav1.OwnerReference
	for _, each := range tickStorms {
		out = append(out, metav1.OwnerReference{
			APIVersion: groupVersion.String(), Kind: "TickStorm", Name: each.Name, UID: each.UID,
		})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].UID < out[j].UID })
	return out
}
